import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createTestCloud, type TestCloud } from "../../../support/cloud.ts";
import type { Properties } from "../../../../local/engine/provider.ts";
import { deploy } from "../lambda/support.ts";

/** An HTTP listener in place of the distribution: passes every request to the origin of its host. */
async function listen(cloud: () => TestCloud): Promise<{ server: Server; url: string; host: string }> {
  const server = createServer((request, response) => {
    const origin = cloud().origins.get(host);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(",") : (value ?? ""),
      ]),
    );
    void origin?.({ request, response, path: request.url ?? "/", headers, principal: { kind: "anonymous" } }).catch(
      (cause: unknown) => response.destroy(cause instanceof Error ? cause : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, host, url: `http://${host}` };
}

describe("apigateway: an HTTP API", () => {
  let cloud: TestCloud;
  let door: { server: Server; url: string; host: string };
  let apiId: string;

  before(async () => {
    door = await listen(() => cloud);
    cloud = await createTestCloud({ pageUrl: () => door.url, lambda: { defaultConcurrency: 2 } });
    const { arn } = await deploy(
      cloud,
      "api",
      `export const handler = async (event) => {
        const { mode, size } = event.queryStringParameters ?? {};
        if (mode === "throw") throw new Error("broken");
        if (mode === "slow") await new Promise((resolve) => setTimeout(resolve, 5000));
        if (mode === "plain") return { answer: 42 };
        if (mode === "senseless") return { statusCode: "many" };
        if (mode === "large") return { statusCode: 200, body: "x".repeat(Number(size)) };
        if (mode === "binary") return {
          statusCode: 201, headers: { "Content-Type": "image/png", "X-Number": 7 }, cookies: ["a=1; Path=/", "b=2"],
          isBase64Encoded: true, body: "AAH/",
        };
        return { statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(event) };
      };`,
      { timeout: 29 },
    );
    const api = await cloud.apply("aws:apigatewayv2/api:Api", "api", { protocolType: "HTTP" });
    apiId = api.id;
    assert.equal(api.outputs["apiEndpoint"], door.url);
    await route("$default", arn);
    await cloud.apply("aws:apigatewayv2/stage:Stage", "api", {
      apiId,
      name: "api",
      autoDeploy: true,
      defaultRouteSettings: { throttlingBurstLimit: 200, throttlingRateLimit: 100 },
      stageVariables: { tint: "red" },
    });
    await cloud.apply("aws:lambda/permission:Permission", "gateway", {
      action: "lambda:InvokeFunction",
      function: "api",
      principal: "apigateway.amazonaws.com",
      sourceArn: `${String(api.outputs["executionArn"])}/api/$default`,
    });
    await cloud.start();
  });
  after(async () => {
    door.server.closeAllConnections();
    await new Promise((resolve) => door.server.close(resolve));
    await cloud.stop();
  });

  async function route(routeKey: string, functionArn: string, integration: Properties = {}): Promise<void> {
    const { id } = await cloud.apply("aws:apigatewayv2/integration:Integration", routeKey, {
      apiId,
      integrationType: "AWS_PROXY",
      integrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
      payloadFormatVersion: "2.0",
      ...integration,
    });
    await cloud.apply("aws:apigatewayv2/route:Route", routeKey, { apiId, routeKey, target: `integrations/${id}` });
  }

  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${door.url}${path}`, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it("turns a request into an event of payload format 2.0", async () => {
    const { status, text } = await get("/api/clips/a%20b?person=x&person=y&q=%C3%BC", {
      headers: { Authorization: "Bearer secret", Cookie: "one=1; two=2", "X-Many": "1", "user-agent": "test" },
    });
    assert.equal(status, 200);
    const event = JSON.parse(text) as Record<string, unknown> & {
      headers: Record<string, string>;
      requestContext: Record<string, unknown>;
    };
    const { requestId, time, timeEpoch, ...context } = event.requestContext;
    assert.match(String(requestId), /^[0-9a-f-]{36}$/);
    assert.match(String(time), /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    assert.ok(Math.abs(Number(timeEpoch) - Date.now()) < 10_000);
    assert.deepEqual(context, {
      accountId: "000000000000",
      apiId,
      domainName: door.host,
      domainPrefix: "127",
      http: { method: "GET", path: "/api/clips/a b", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
      routeKey: "$default",
      stage: "api",
    });
    const { headers, ...rest } = event;
    assert.deepEqual(
      { ...rest, requestContext: undefined },
      {
        version: "2.0",
        routeKey: "$default",
        rawPath: "/api/clips/a b",
        rawQueryString: "person=x&person=y&q=%C3%BC",
        cookies: ["one=1", "two=2"],
        queryStringParameters: { person: "x,y", q: "ü" },
        stageVariables: { tint: "red" },
        isBase64Encoded: false,
        requestContext: undefined,
      },
    );
    assert.equal(headers["authorization"], "Bearer secret");
    assert.equal(headers["x-many"], "1");
    assert.equal(headers["x-forwarded-for"], "127.0.0.1");
    assert.equal(headers["host"], door.host);
    assert.equal("cookie" in headers, false);
  });

  it("passes text bodies on unchanged and all others in base64", async () => {
    const post = async (type: string, body: string | Buffer) =>
      JSON.parse(
        (
          await get("/api/x", {
            method: "POST",
            headers: { "content-type": type },
            body: new Uint8Array(Buffer.from(body)),
          })
        ).text,
      ) as { body: string; isBase64Encoded: boolean };
    const json = await post("application/json; charset=utf-8", '{"ü":1}');
    assert.deepEqual([json.body, json.isBase64Encoded], ['{"ü":1}', false]);
    const image = await post("image/jpeg", Buffer.from([255, 216, 0]));
    assert.deepEqual([image.body, image.isBase64Encoded], ["/9gA", true]);
  });

  it("returns the function's status, headers, cookies and binary body", async () => {
    const response = await fetch(`${door.url}/api/?mode=binary`);
    assert.equal(response.status, 201);
    assert.equal(response.headers.get("content-type"), "image/png");
    assert.equal(response.headers.get("x-number"), "7");
    assert.deepEqual(response.headers.getSetCookie(), ["a=1; Path=/", "b=2"]);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from([0, 1, 255]));
  });

  it("returns a result without a status as the body of a 200", async () => {
    const { status, headers, text } = await get("/api/?mode=plain");
    assert.deepEqual([status, headers.get("content-type"), text], [200, "application/json", '{"answer":42}']);
  });

  it("returns errors as API Gateway does", async () => {
    const problem = async (path: string, init?: RequestInit): Promise<[number, string]> => {
      const { status, text } = await get(path, init);
      return [status, text];
    };
    assert.deepEqual(await problem("/api/?mode=throw"), [500, '{"message":"Internal Server Error"}']);
    assert.deepEqual(await problem("/api/?mode=senseless"), [500, '{"message":"Internal Server Error"}']);
    assert.deepEqual(await problem("/api/?mode=large&size=6291556"), [500, '{"message":"Internal Server Error"}']);
    assert.deepEqual(await problem("/other/clips"), [404, '{"message":"Not Found"}']);
    assert.deepEqual(await problem("/api/%zz"), [400, '{"message":"Bad Request"}']);
  });

  it("rejects requests over 10 MB, and bodies that exceed Lambda's 6 MB in base64", async () => {
    const upload = async (bytes: number) =>
      (await get("/api/x", { method: "POST", headers: { "content-type": "image/png" }, body: new Uint8Array(bytes) }))
        .status;
    assert.equal(await upload(10 * 1024 * 1024 + 1), 413);
    assert.equal(await upload(5 * 1024 * 1024), 413);
    assert.equal(await upload(4 * 1024 * 1024), 200);
  });

  it("prefers the more specific route and passes its path parameters", async () => {
    const { arn } = await deploy(
      cloud,
      "routed",
      "export const handler = async (event) => [event.routeKey, event.pathParameters];",
    );
    await cloud.apply("aws:lambda/permission:Permission", "routed", {
      action: "lambda:InvokeFunction",
      function: "routed",
      principal: "apigateway.amazonaws.com",
      sourceArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/*/*`,
    });
    for (const key of ["GET /people/{id}", "ANY /people/{id}", "GET /people/me", "ANY /files/{path+}"])
      await route(key, arn);
    const routed = async (path: string, method = "GET"): Promise<unknown> =>
      JSON.parse((await get(`/api${path}`, { method })).text);
    assert.deepEqual(await routed("/people/me"), ["GET /people/me", null]);
    assert.deepEqual(await routed("/people/7"), ["GET /people/{id}", { id: "7" }]);
    assert.deepEqual(await routed("/people/7", "DELETE"), ["ANY /people/{id}", { id: "7" }]);
    assert.deepEqual(await routed("/files/a/b.ts"), ["ANY /files/{path+}", { path: "a/b.ts" }]);
    assert.equal(((await routed("/people/7/photos")) as { routeKey: string }).routeKey, "$default");
  });

  it("stops waiting for a function after the integration's timeout", async () => {
    const { arn } = await deploy(
      cloud,
      "sleeper",
      "export const handler = async () => new Promise((resolve) => setTimeout(resolve, 2000));",
    );
    await cloud.apply("aws:lambda/permission:Permission", "sleeper", {
      action: "lambda:InvokeFunction",
      function: "sleeper",
      principal: "apigateway.amazonaws.com",
    });
    await route("GET /sleep", arn, { timeoutMilliseconds: 100 });
    const { status, text } = await get("/api/sleep");
    assert.deepEqual([status, text], [503, '{"message":"Service Unavailable"}']);
  });

  it("cannot invoke a function without a permission for the stage and route", async () => {
    const { arn } = await deploy(cloud, "closed", "export const handler = async () => 1;");
    await cloud.apply("aws:lambda/permission:Permission", "closed", {
      action: "lambda:InvokeFunction",
      function: "closed",
      principal: "apigateway.amazonaws.com",
      sourceArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/other/*`,
    });
    await route("GET /closed", arn);
    assert.equal((await get("/api/closed")).status, 500);
    assert.ok(
      cloud.log.lines.some((line) =>
        line.includes("apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction"),
      ),
    );
  });

  it("throttles a stage beyond its burst", async () => {
    const { id } = await cloud.apply("aws:apigatewayv2/stage:Stage", "narrow", {
      apiId,
      name: "narrow",
      autoDeploy: true,
      defaultRouteSettings: { throttlingBurstLimit: 1, throttlingRateLimit: 0.001 },
    });
    assert.equal(id, "narrow");
    await get("/narrow/people/me");
    const { status, text } = await get("/narrow/people/me");
    assert.deepEqual([status, text], [429, '{"message":"Too Many Requests"}']);
  });

  it("throttles a route by its own settings, and leaves the other routes theirs", async () => {
    const stage = (routeSettings: Properties[]) =>
      cloud.apply("aws:apigatewayv2/stage:Stage", "apart", {
        apiId,
        name: "apart",
        autoDeploy: true,
        defaultRouteSettings: { throttlingBurstLimit: 2, throttlingRateLimit: 0.001 },
        routeSettings,
      });
    await stage([{ routeKey: "GET /people/me", throttlingBurstLimit: 1, throttlingRateLimit: 0.001 }]);
    const statuses = async (path: string, method: string, times: number): Promise<number[]> => {
      const found: number[] = [];
      for (let i = 0; i < times; i++) found.push((await get(`/apart${path}`, { method })).status);
      return found;
    };
    assert.deepEqual(await statuses("/people/me", "GET", 2), [200, 429]);
    assert.deepEqual(await statuses("/people/me", "DELETE", 3), [200, 200, 429]);
    assert.deepEqual(await statuses("/people/7", "GET", 3), [200, 200, 429]);
    await stage([{ routeKey: "GET /people/me" }]);
    assert.deepEqual(await statuses("/people/me", "GET", 3), [200, 200, 200]);
    await assert.rejects(stage([{ routeKey: "GET /nowhere" }]), {
      code: "NotFoundException",
      message: "Unable to find Route by key GET /nowhere within the provided RouteSettings",
    });
    await assert.rejects(stage([{ routeKey: "GET /people/me", loggingLevel: "INFO" }]), {
      message: "routeSettings.loggingLevel is not supported by the local engine.",
    });
  });

  it("rejects unsupported settings and names them", async () => {
    await assert.rejects(
      cloud.apply("aws:apigatewayv2/api:Api", "other", { protocolType: "GRPC" }),
      /protocolType must be HTTP or WEBSOCKET, not GRPC/,
    );
    await assert.rejects(
      route("GET /v1", "arn:aws:lambda:us-east-1:000000000000:function:api", { payloadFormatVersion: "1.0" }),
      /payload format 2\.0 only/,
    );
    await assert.rejects(
      cloud.apply("aws:apigatewayv2/stage:Stage", "manual", { apiId, name: "manual" }),
      /autoDeploy must be true/,
    );
    await assert.rejects(route("FETCH /x", "arn:aws:lambda:us-east-1:000000000000:function:api"), {
      code: "BadRequestException",
    });
  });
});
