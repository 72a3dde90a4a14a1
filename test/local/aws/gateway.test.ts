import assert from "node:assert/strict";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { createGateway, type Gateway } from "../../../local/aws/gateway.ts";
import { createIam } from "../../../local/aws/iam/index.ts";
import { queryApi } from "../../../local/aws/protocols/query.ts";
import { createLog } from "../../../local/log.ts";

describe("the gateway of the local AWS services", () => {
  const iam = createIam({ accountId: "000000000000", region: "us-east-1" });
  let gateway: Gateway;
  before(async () => {
    gateway = await createGateway({ iam, log: createLog() });
    gateway.register(
      queryApi({
        signingName: "sts",
        operations: {
          GetCallerIdentity: async (_parameters, { principal }) => ({
            Arn: principal.kind === "role" ? principal.arn : principal.kind,
            Account: "000000000000",
            UserId: "x",
          }),
        },
      }),
    );
  });
  after(() => gateway.stop());

  const client = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
    new STSClient({ endpoint: gateway.url(), region: "us-east-1", credentials, maxAttempts: 1 });

  it("identifies a role and the owner by their access keys", async () => {
    const arn = "arn:aws:iam::000000000000:role/convert";
    assert.equal((await client(iam.credentials(arn)).send(new GetCallerIdentityCommand({}))).Arn, arn);
    assert.equal((await client(iam.ownerKey()).send(new GetCallerIdentityCommand({}))).Arn, "engine");
    assert.deepEqual(iam.credentials(arn), iam.credentials(arn));
  });

  const refusal = async (headers: Record<string, string>): Promise<[number, unknown]> => {
    const response = await fetch(gateway.url(), { method: "POST", headers });
    return [response.status, ((await response.json()) as { __type: unknown }).__type];
  };
  const signed = (key: string, service: string): Record<string, string> => ({
    authorization:
      `AWS4-HMAC-SHA256 Credential=${key}/20261122/us-east-1/${service}/aws4_request, ` +
      "SignedHeaders=host, Signature=0",
  });

  it("rejects unsigned requests, unknown keys and unsupported services", async () => {
    assert.deepEqual(await refusal({}), [403, "MissingAuthenticationToken"]);
    assert.deepEqual(await refusal(signed("AKIAUNKNOWN", "sts")), [403, "InvalidClientTokenId"]);
    assert.deepEqual(await refusal(signed(iam.ownerKey().accessKeyId, "kinesis")), [501, "NotImplemented"]);
  });

  it("answers 503, which SDKs try again, where the disk is full", async () => {
    gateway.register({
      signingName: "sqs",
      handle: () =>
        Promise.reject(Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR", errcode: 13 })),
    });
    assert.deepEqual(await refusal(signed(iam.ownerKey().accessKeyId, "sqs")), [503, "ServiceUnavailable"]);
  });

  it("refuses in XML where the client reads XML: forms, S3 and CloudFront, presigned URLs", async () => {
    const refused = async (path: string, init: RequestInit): Promise<[number, string | null, string]> => {
      const response = await fetch(new URL(path, gateway.url()), init);
      return [response.status, response.headers.get("content-type"), await response.text()];
    };
    const key = iam.ownerKey().accessKeyId;
    assert.deepEqual(
      await refused("/", { method: "POST", headers: signed(key, "ec2"), body: new URLSearchParams({ Action: "A" }) }),
      [
        501,
        "text/xml",
        "<ErrorResponse><Error><Type>Receiver</Type><Code>NotImplemented</Code>" +
          "<Message>The service ec2 is not supported by the local engine.</Message></Error></ErrorResponse>",
      ],
    );
    assert.deepEqual(await refused("/2020-05-31/distribution", { headers: signed(key, "cloudfront") }), [
      501,
      "text/xml",
      "<Error><Type>Receiver</Type><Code>NotImplemented</Code>" +
        "<Message>The service cloudfront is not supported by the local engine.</Message></Error>",
    ]);
    assert.deepEqual(await refused("/bucket/key?AWSAccessKeyId=A&Signature=b&Expires=1", {}), [
      400,
      "text/xml",
      "<Error><Type>Sender</Type><Code>InvalidRequest</Code><Message>The authorization mechanism you have " +
        "provided is not supported. Please use AWS4-HMAC-SHA256.</Message></Error>",
    ]);
  });
});
