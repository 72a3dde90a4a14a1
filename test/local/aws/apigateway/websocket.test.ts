import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { WebSocket } from "ws";
import { createTestCloud, type TestCloud } from "../../../support/cloud.ts";
import { deploy } from "../lambda/support.ts";
import { startFunctionSink, type FunctionSink } from "./function-sink.ts";

const limits = { idleMs: 600, durationMs: 1500, messageBytes: 128 * 1024 };

describe("apigateway: a WebSocket API", () => {
  let cloud: TestCloud;
  let sink: FunctionSink;
  let apiId: string;
  let endpoint: string;
  let functionArn: string;

  before(async () => {
    sink = await startFunctionSink();
    cloud = await createTestCloud({ pageUrl: () => "http://127.0.0.1:1", socketLimits: limits });
    const api = await cloud.apply("aws:apigatewayv2/api:Api", "stream", {
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "$request.body.action",
    });
    apiId = api.id;
    endpoint = `${String(api.outputs["apiEndpoint"])}/stream`;
    ({ arn: functionArn } = await deploy(cloud, "stream", sink.source, { timeout: 10 }));
    const { id } = await cloud.apply("aws:apigatewayv2/integration:Integration", "stream", {
      apiId,
      integrationType: "AWS_PROXY",
      integrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    });
    for (const routeKey of ["$connect", "$disconnect", "$default", "shout"])
      await cloud.apply("aws:apigatewayv2/route:Route", routeKey, { apiId, routeKey, target: `integrations/${id}` });
    await cloud.apply("aws:apigatewayv2/stage:Stage", "stream", {
      apiId,
      name: "stream",
      autoDeploy: true,
      defaultRouteSettings: { throttlingRateLimit: 1000, throttlingBurstLimit: 1000 },
      routeSettings: [{ routeKey: "shout", throttlingRateLimit: 0.001, throttlingBurstLimit: 1 }],
    });
    await cloud.apply("aws:lambda/permission:Permission", "stream", {
      action: "lambda:InvokeFunction",
      function: "stream",
      principal: "apigateway.amazonaws.com",
      sourceArn: `${String(api.outputs["executionArn"])}/stream/*`,
    });
    await cloud.start();
  });
  after(async () => {
    await cloud.stop();
    await sink.stop();
  });
  beforeEach(() => {
    sink.answer = () => ({ statusCode: 200 });
    sink.forget();
  });

  /** Connects, and tells the connection's id. */
  async function open(query = "", headers: Record<string, string> = {}): Promise<{ socket: WebSocket; id: string }> {
    const socket = new WebSocket(`${endpoint}${query}`, { headers });
    const connect = sink.next("CONNECT");
    const [{ requestContext }] = await Promise.all([connect, once(socket, "open")]);
    return { socket, id: requestContext.connectionId };
  }

  /** The status by which a connection is refused. */
  async function refusal(url = endpoint): Promise<number | undefined> {
    const socket = new WebSocket(url);
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
    response.resume();
    return response.statusCode;
  }

  async function managing(actions: string[], of = "POST"): Promise<ApiGatewayManagementApiClient> {
    const role = await cloud.role(`manager-${actions.join("-").replaceAll(":", "-")}-${of}`, "lambda.amazonaws.com", [
      {
        Effect: "Allow",
        Action: actions,
        Resource: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/stream/${of}/@connections/*`,
      },
    ]);
    return new ApiGatewayManagementApiClient({ ...cloud.clientOf(role), endpoint: endpoint.replace(/^ws/, "http") });
  }

  it("hands the upgrade to $connect, messages to $default and the end to $disconnect", async () => {
    const { socket, id } = await open("?token=a%20b&token=c", { "X-Origin-Verify": "secret", "user-agent": "test" });
    const connect = sink.events[0]!;
    assert.equal(connect.headers?.["x-origin-verify"], "secret");
    assert.deepEqual(connect.queryStringParameters, { token: "c" });
    assert.deepEqual(connect.multiValueQueryStringParameters, { token: ["a b", "c"] });
    const { connectedAt, ...rest } = stable(connect.requestContext);
    const host = new URL(endpoint).host;
    const common = {
      messageDirection: "IN",
      stage: "stream",
      identity: { sourceIp: "127.0.0.1", userAgent: "test" },
      domainName: host,
      connectionId: id,
      apiId,
    };
    assert.deepEqual(rest, { ...common, routeKey: "$connect", eventType: "CONNECT" });
    assert.match(id, /^[\w-]{15}=$/);
    assert.ok(Math.abs(Number(connectedAt) - Date.now()) < 10_000);

    socket.send('{"after":null}');
    const message = await sink.next("MESSAGE");
    assert.deepEqual([message.body, message.isBase64Encoded], ['{"after":null}', false]);
    const { messageId, ...ofMessage } = stable(message.requestContext);
    assert.match(String(messageId), /^[\w-]{15}=$/);
    assert.deepEqual(ofMessage, { ...common, connectedAt, routeKey: "$default", eventType: "MESSAGE" });

    socket.close(1000, "done");
    const end = await sink.next("DISCONNECT");
    assert.deepEqual(stable(end.requestContext), {
      ...common,
      connectedAt,
      routeKey: "$disconnect",
      eventType: "DISCONNECT",
      disconnectStatusCode: 1000,
      disconnectReason: "done",
    });
    assert.deepEqual(end.headers, { Host: host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" });
  });

  it("refuses with the status that $connect returns, and with 502 when it fails", async () => {
    sink.answer = () => ({ statusCode: 403 });
    assert.equal(await refusal(), 403);
    sink.answer = () => ({ status: "fine" });
    assert.equal(await refusal(), 502);
    sink.answer = () => undefined;
    assert.equal(await refusal(), 502);
    assert.deepEqual(
      sink.events.map(({ requestContext }) => requestContext.eventType),
      ["CONNECT", "CONNECT", "CONNECT"],
    );
  });

  it("knows only its stages", async () => {
    assert.equal(await refusal(endpoint.replace(/stream$/, "other")), 403);
    assert.deepEqual(sink.events, []);
  });

  it("chooses a route by the message's member, and throttles each route on its own", async () => {
    const { socket } = await open();
    socket.send('{"action":"shout"}');
    assert.equal((await sink.next("MESSAGE")).requestContext.routeKey, "shout");
    socket.send('{"action":"shout"}');
    const [limited] = (await once(socket, "message")) as [Buffer];
    assert.equal((JSON.parse(limited.toString()) as { message: string }).message, "Too Many Requests");
    socket.send("not JSON");
    assert.equal((await sink.next("MESSAGE")).requestContext.routeKey, "$default");
    socket.close();
  });

  it("tells the client that its message failed", async () => {
    const { socket, id } = await open();
    sink.answer = () => undefined;
    socket.send("{}");
    const [data] = (await once(socket, "message")) as [Buffer];
    const { requestId, ...answer } = JSON.parse(data.toString()) as Record<string, unknown>;
    assert.deepEqual(answer, { message: "Internal server error", connectionId: id });
    assert.match(String(requestId), /^[\w-]{15}=$/);
    socket.close();
  });

  it("closes what sends binary frames or more than 128 KB", async () => {
    const binary = await open();
    binary.socket.send(Buffer.from([1]));
    assert.equal((await once(binary.socket, "close"))[0], 1003);
    const large = await open();
    large.socket.send("x".repeat(128 * 1024 + 1));
    assert.equal((await once(large.socket, "close"))[0], 1009);
  });

  it("closes connections that are idle, and those that are too old", async () => {
    const idle = await open();
    assert.equal((await once(idle.socket, "close"))[0], 1001);
    const end = (await sink.next("DISCONNECT", idle.id)).requestContext;
    assert.equal(end["disconnectStatusCode"], 1001);
    assert.equal(end["disconnectReason"], "Going away");

    const { socket } = await open();
    const begun = performance.now();
    const busy = setInterval(() => socket.send("{}"), 100);
    const [code] = (await once(socket, "close")) as [number];
    clearInterval(busy);
    assert.equal(code, 1001);
    assert.ok(performance.now() - begun > limits.durationMs - 200, "it lived as long as it was used");
  });

  it("lets those who may manage connections post to one, look at it and close it", async () => {
    const { socket, id: ConnectionId } = await open("", { "user-agent": "test" });
    const [message] = await Promise.all([
      once(socket, "message"),
      (await managing(["execute-api:ManageConnections"])).send(
        new PostToConnectionCommand({ ConnectionId, Data: '{"type":"reset"}' }),
      ),
    ]);
    assert.equal(String(message[0]), '{"type":"reset"}');
    const look = await managing(["execute-api:ManageConnections"], "GET");
    const { ConnectedAt, Identity } = await look.send(new GetConnectionCommand({ ConnectionId }));
    assert.deepEqual(
      { SourceIp: Identity?.SourceIp, UserAgent: Identity?.UserAgent },
      { SourceIp: "127.0.0.1", UserAgent: "test" },
    );
    assert.ok(ConnectedAt instanceof Date);
    const closing = once(socket, "close");
    const close = await managing(["execute-api:ManageConnections"], "DELETE");
    await close.send(new DeleteConnectionCommand({ ConnectionId }));
    assert.equal((await closing)[0], 1000);
  });

  it("answers posts as API Gateway does: gone, too large, not allowed", async () => {
    const { socket, id: ConnectionId } = await open();
    const client = await managing(["execute-api:ManageConnections"]);
    const post = (id: string, Data: string) => client.send(new PostToConnectionCommand({ ConnectionId: id, Data }));
    await assert.rejects(post("AAAAAAAAAAAAAAA=", "{}"), GoneException);
    await assert.rejects(post(ConnectionId, "x".repeat(128 * 1024 + 1)), PayloadTooLargeException);
    const other = await managing(["execute-api:Invoke"]);
    await assert.rejects(other.send(new PostToConnectionCommand({ ConnectionId, Data: "{}" })), {
      name: "AccessDeniedException",
      message: /execute-api:ManageConnections/,
    });
    socket.close();
    await sink.next("DISCONNECT", ConnectionId);
    await assert.rejects(post(ConnectionId, "{}"), GoneException);
  });

  it("refuses by name what it does not have", async () => {
    await assert.rejects(
      cloud.apply("aws:apigatewayv2/api:Api", "other", {
        protocolType: "WEBSOCKET",
        routeSelectionExpression: "$context.routeKey",
      }),
      /routeSelectionExpression "\$context.routeKey" is not supported by the local engine/,
    );
    await assert.rejects(
      cloud.apply("aws:apigatewayv2/stage:Stage", "logged", {
        apiId,
        name: "logged",
        autoDeploy: true,
        accessLogSettings: { destinationArn: "arn:aws:logs:us-east-1:0:log-group:x", format: "{}" },
      }),
      /CloudWatch Logs role ARN must be set in account settings/,
    );
  });
});

/** Without what differs each time. */
function stable(context: Record<string, unknown>): Record<string, unknown> {
  const { requestId, extendedRequestId, requestTime, requestTimeEpoch, ...rest } = context;
  assert.equal(requestId, extendedRequestId);
  assert.match(String(requestTime), /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  assert.ok(Math.abs(Number(requestTimeEpoch) - Date.now()) < 10_000);
  return rest;
}
