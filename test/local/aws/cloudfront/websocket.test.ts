import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { createCloudFront, type CloudFront } from "../../../../local/aws/cloudfront/index.ts";
import { startStorageCloud, type StorageCloud } from "../../../support/storage.ts";

const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

describe("CloudFront distribution: WebSockets", () => {
  let storage: StorageCloud;
  let edge: CloudFront;
  /** The requests to the origin, and whether they could become WebSockets. */
  const asked: { path: string; headers: Record<string, string>; upgrade: boolean }[] = [];
  const server = new WebSocketServer({ noServer: true });

  before(async () => {
    storage = await startStorageCloud();
    edge = await createCloudFront(storage.cloud, { host: "127.0.0.1", port: 0 });
    storage.cloud.origins.register("socket.test", async ({ request, response, path, headers, upgrade }) => {
      asked.push({ path, headers, upgrade: upgrade !== undefined });
      if (upgrade === undefined || path === "/stream/refused") {
        response.writeHead(403, { "content-type": "text/plain" });
        response.end("no");
        return;
      }
      response.detachSocket(request.socket);
      server.handleUpgrade(request, request.socket, upgrade, (socket) =>
        socket.on("message", (data: Buffer) => socket.send(`echo ${data.toString()}`)),
      );
    });
    const policy = await storage.apply(edge, "aws:cloudfront/originRequestPolicy:OriginRequestPolicy", {
      cookiesConfig: { cookieBehavior: "none" },
      headersConfig: {
        headerBehavior: "whitelist",
        headers: { items: ["Sec-WebSocket-Key", "Sec-WebSocket-Version"] },
      },
      queryStringsConfig: { queryStringBehavior: "none" },
    });
    const behavior = {
      targetOriginId: "socket",
      allowedMethods: ["GET", "HEAD"],
      cachedMethods: ["GET", "HEAD"],
      viewerProtocolPolicy: "allow-all",
      cachePolicyId: cachingDisabled,
    };
    await storage.apply(edge, "aws:cloudfront/distribution:Distribution", {
      enabled: true,
      origins: [
        {
          originId: "socket",
          domainName: "socket.test",
          customHeaders: [{ name: "X-Origin-Verify", value: "the secret" }],
        },
      ],
      defaultCacheBehavior: behavior,
      orderedCacheBehaviors: [{ ...behavior, pathPattern: "/stream*", originRequestPolicyId: policy.id }],
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    });
  });
  after(async () => {
    for (const socket of server.clients) socket.terminate();
    await edge.stop();
    await storage.stop();
  });
  beforeEach(() => void (asked.length = 0));

  const address = (path: string): string => `${edge.url().replace(/^http/, "ws")}${path}`;

  it("passes a WebSocket through where the behaviour forwards its headers, with those of the origin", async () => {
    const socket = new WebSocket(address("/stream?x=1"), { headers: { "x-origin-verify": "forged", cookie: "a=b" } });
    await once(socket, "open");
    const answer = once(socket, "message");
    socket.send("hello");
    assert.equal(String((await answer)[0]), "echo hello");
    socket.close();
    const [{ path, headers, upgrade }] = asked as [(typeof asked)[number]];
    assert.deepEqual([path, upgrade], ["/stream", true]);
    assert.equal(headers["x-origin-verify"], "the secret");
    assert.equal(headers["sec-websocket-version"], "13");
    assert.equal(headers["cookie"], undefined);
    assert.equal(headers["host"], "socket.test");
  });

  it("returns the origin's refusal with its own headers, and closes the connection", async () => {
    const [status, response] = await refusal("/stream/refused");
    assert.equal(status, 403);
    assert.match(String(response.headers["x-cache"]), /^Error from cloudfront/);
    if (!response.socket.destroyed) await once(response.socket, "close");
  });

  it("asks as for any page where the behaviour does not forward them", async () => {
    assert.equal((await refusal("/elsewhere"))[0], 403);
    assert.deepEqual([asked[0]?.upgrade, asked[0]?.path], [false, "/elsewhere"]);
  });

  it("ignores upgrades to other protocols", async () => {
    const request = httpRequest(`${edge.url()}/stream`, { headers: { connection: "Upgrade", upgrade: "h2c" } });
    request.end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    assert.deepEqual([response.statusCode, asked[0]?.upgrade], [403, false]);
  });

  async function refusal(path: string): Promise<[number | undefined, IncomingMessage]> {
    const socket = new WebSocket(address(path));
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
    response.resume();
    return [response.statusCode, response];
  }
});
