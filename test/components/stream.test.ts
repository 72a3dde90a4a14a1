import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { RestApi } from "../../components/rest-api.ts";
import { Stream } from "../../components/stream.ts";
import { WorkQueue } from "../../components/work-queue.ts";
import { account, deploy, functionDefaults, statements, valueOf, type Deployment } from "./mocks.ts";
import { makeParts } from "./pipeline-parts.ts";

describe("Stream", () => {
  let stack: Deployment<Stream>;

  before(async () => {
    stack = await deploy(() => {
      const { catalogue, archive, vod, web, recognition, channels, exports, webhooks } = makeParts();
      const work = new WorkQueue("convert", { consumerTimeoutSeconds: 60 });
      const searches = new WorkQueue("searches", { consumerTimeoutSeconds: 120 });
      const parts = { catalogue, archive, vod, web, recognition, work, searches, channels, exports, webhooks };
      const options = { searchOnRegistration: false, accountId: account, region: "us-east-1" };
      const served = { ...parts, ...options, functions: functionDefaults };
      return new Stream("stream", { api: new RestApi("api", served), bus: "changes", functions: functionDefaults });
    });
  });

  it("is one WebSocket API with one stage, whose routes lead to one function that it may call", () => {
    const api = stack.all("aws:apigatewayv2/api:Api").find(({ name }) => name === "stream");
    assert.deepEqual(api?.inputs, {
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "$request.body.action",
      description: "Spotlight: what changes",
    });
    const own = <Resource extends { name: string }>(resources: Resource[]): Resource[] =>
      resources.filter(({ name }) => name.startsWith("stream"));
    assert.deepEqual(
      own(stack.all("aws:apigatewayv2/route:Route")).map(({ inputs }) => inputs),
      ["$connect", "$default", "$disconnect"].map((routeKey) => ({
        apiId: "stream-id",
        routeKey,
        target: "integrations/stream-id",
      })),
    );
    assert.deepEqual(own(stack.all("aws:apigatewayv2/stage:Stage"))[0]?.inputs, {
      apiId: "stream-id",
      name: "stream",
      autoDeploy: true,
      defaultRouteSettings: { throttlingRateLimit: 50, throttlingBurstLimit: 100 },
    });
    assert.deepEqual(
      own(stack.all("aws:lambda/permission:Permission"))
        .filter(({ inputs }) => inputs["principal"] === "apigateway.amazonaws.com")
        .map(({ inputs }) => [inputs["function"], inputs["sourceArn"]]),
      ["$connect", "$default", "$disconnect"].map((route) => [
        "stream-connection",
        `arn:aws:execute-api:us-east-1:${account}:a1b2c3/stream/${route}`,
      ]),
    );
  });

  it("keeps connections and messages in a table of its own, where they expire", () => {
    const table = stack.all("aws:dynamodb/table:Table").find(({ name }) => name === "stream");
    assert.deepEqual([table?.inputs["hashKey"], table?.inputs["rangeKey"]], ["pk", "sk"]);
    assert.deepEqual(table?.inputs["ttl"], { attributeName: "expiresAt", enabled: true });
  });

  it("lets its functions post to this API's connections only, and only one of them close any", () => {
    const connections = (role: string): unknown =>
      statements(stack.one("aws:iam/rolePolicy:RolePolicy", role).inputs["policy"]).find(
        ({ Sid }) => Sid === "Connections",
      )?.Resource;
    const of = (method: string): string =>
      `arn:aws:execute-api:us-east-1:${account}:a1b2c3/stream/${method}/@connections/*`;
    assert.deepEqual(connections("stream-connection"), [of("POST"), of("DELETE")]);
    assert.deepEqual(connections("stream-push"), [of("POST")]);
  });

  it("hands its functions the table, the address for posts and the number of clients", async () => {
    const environment = (name: string): unknown =>
      stack.all("aws:lambda/function:Function").find((one) => one.name === name)?.inputs["environment"];
    const own = {
      STREAM_TABLE: "stream",
      STREAM_ENDPOINT: "https://a1b2c3.execute-api.us-east-1.amazonaws.com/stream",
      CONNECTIONS_AT_MOST: "500",
    };
    assert.deepEqual(environment("stream-push"), { variables: own });
    const { ORIGIN_SECRET_SHA256, ...rest } = (environment("stream-connection") as { variables: typeof own })
      .variables as typeof own & { ORIGIN_SECRET_SHA256: string };
    assert.deepEqual(rest, own);
    assert.equal(ORIGIN_SECRET_SHA256.length, createHash("sha256").digest("hex").length);
    assert.match(await valueOf(stack.result.endpoint), /^wss:\/\//);
  });

  it("pushes every kind of change on the bus", () => {
    const rule = stack.all("aws:cloudwatch/eventRule:EventRule").find(({ name }) => name === "stream");
    assert.equal(rule?.inputs["eventBusName"], "changes");
    const pattern = JSON.parse(String(rule.inputs["eventPattern"])) as { source: string[]; "detail-type": string[] };
    assert.deepEqual(pattern.source, ["spotlight"]);
    assert.equal(pattern["detail-type"].length, 8);
    const target = stack.all("aws:cloudwatch/eventTarget:EventTarget").find(({ name }) => name === "stream");
    assert.equal(target?.inputs["eventBusName"], "changes");
  });
});
