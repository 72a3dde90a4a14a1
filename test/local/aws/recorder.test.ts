import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createGateway, type Gateway } from "../../../local/aws/gateway.ts";
import { createIam } from "../../../local/aws/iam/index.ts";
import { jsonApi } from "../../../local/aws/protocols/json.ts";
import { createRecorder, type RecordedLine, type Recorder } from "../../../local/aws/recorder.ts";
import { createLog } from "../../../local/log.ts";

describe("the recorder of AWS calls", () => {
  const region = "us-east-1";
  const accountId = "000000000000";
  const queue = "arn:aws:sqs:us-east-1:000000000000:work";
  const role = "arn:aws:iam::000000000000:role/sender";
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: queue }],
  });

  let folder: string;
  let file: string;
  let recorder: Recorder;
  let gateway: Gateway;
  let received: unknown[];
  let client: SQSClient;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "spotlight-recorder-"));
    file = join(folder, "new", "calls.jsonl");
    recorder = createRecorder(file);
    const iam = recorder.watch(createIam({ accountId, region }));
    received = [];
    gateway = await createGateway({ iam, log: createLog(), recorder });
    gateway.register(
      jsonApi({
        signingName: "sqs",
        version: "1.0",
        operations: {
          SendMessage: async (input: { MessageBody: string }, { principal }) => {
            iam.authorize(principal, "sqs:SendMessage", input.MessageBody === "elsewhere" ? `${queue}-other` : queue);
            received.push(input);
            return { MessageId: "1" };
          },
        },
      }),
    );
    const apply = async (type: string, inputs: Record<string, unknown>): Promise<void> => {
      await iam.resources.find((provider) => provider.type === type)?.apply({ urn: "urn", name: "sender", inputs });
    };
    await apply("aws:iam/role:Role", {
      name: "sender",
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
    await apply("aws:iam/rolePolicy:RolePolicy", { name: "sender", role: "sender", policy });
    // Only the real service returns checksums.
    client = new SQSClient({
      endpoint: gateway.url(),
      region,
      credentials: iam.credentials(role),
      maxAttempts: 1,
      md5: false,
    });
  });
  afterEach(async () => {
    client.destroy();
    await gateway.stop();
    recorder.close();
    await rm(folder, { recursive: true, force: true });
  });

  const send = (body: string): Promise<unknown> =>
    client.send(new SendMessageCommand({ QueueUrl: "http://127.0.0.1/q", MessageBody: body }));
  const recorded = async (): Promise<RecordedLine[]> =>
    (await readFile(file, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as RecordedLine);

  it("records a role's policy, its request and IAM's decision, and passes the request on unchanged", async () => {
    await send("hello");
    assert.deepEqual(received, [{ QueueUrl: "http://127.0.0.1/q", MessageBody: "hello" }]);
    const call = {
      kind: "call",
      service: "sqs",
      method: "POST",
      path: "/",
      target: "AmazonSQS.SendMessage",
      caller: "role/sender",
    };
    assert.deepEqual(await recorded(), [
      { kind: "grant", role: "sender", policy },
      { ...call, body: { QueueUrl: "http://127.0.0.1/q", MessageBody: "hello" } },
      { kind: "access", caller: "role/sender", action: "sqs:SendMessage", resource: queue, allowed: true },
    ]);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it("records a denied request, which is still denied", async () => {
    await assert.rejects(send("elsewhere"), { name: "AccessDeniedException" });
    assert.deepEqual((await recorded()).at(-1), {
      kind: "access",
      caller: "role/sender",
      action: "sqs:SendMessage",
      resource: `${queue}-other`,
      allowed: false,
    });
  });

  it("shortens long strings, omits a body over 1 MiB, and passes both requests on unchanged", async () => {
    await send("x".repeat(5000));
    await send("y".repeat(1_100_000));
    assert.deepEqual(
      received.map((input) => (input as { MessageBody: string }).MessageBody.length),
      [5000, 1_100_000],
    );
    const bodies = (await recorded()).flatMap((line) =>
      line.kind === "call" ? [line.body as { MessageBody: string } | undefined] : [],
    );
    assert.deepEqual(
      bodies.map((body) => body?.MessageBody),
      [`${"x".repeat(64)}… (5000 characters)`, undefined],
    );
  });

  it("appends to an earlier recording", async () => {
    await send("one");
    recorder.close();
    recorder = createRecorder(file);
    assert.equal((await recorded()).length, 3);
  });
});
