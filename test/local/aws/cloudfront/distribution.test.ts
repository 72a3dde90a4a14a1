import assert from "node:assert/strict";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect, createServer } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { createCloudFront, type CloudFront } from "../../../../local/aws/cloudfront/index.ts";
import { createS3 } from "../../../../local/aws/s3/index.ts";
import type { Principal, ServiceModule } from "../../../../local/aws/cloud.ts";
import { startStorageCloud, type StorageCloud } from "../../../support/storage.ts";
import { ask as askServer } from "./ask.ts";

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const allViewerExceptHost = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
const reading = ["GET", "HEAD", "OPTIONS"];
const everything = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
const pageRoute = `function handler(event) {
  var request = event.request;
  var last = request.uri.substring(request.uri.lastIndexOf("/") + 1);
  if (last.indexOf(".") === -1) request.uri = "/index.html";
  const { gone } = event.request.querystring;
  if (gone) return { statusCode: 410, statusDescription: "Gone", headers: { "x-why": { value: gone.value } } };
  return request;
}`;

describe("CloudFront distribution", () => {
  let storage: StorageCloud;
  let s3: ServiceModule;
  let edge: CloudFront;
  let distributionArn: string;
  /** The requests to the origin "api.test". */
  const asked: { path: string; headers: Record<string, string>; method: string; principal: Principal; body: string }[] =
    [];
  /** Settles when the viewer of the origin "slow.test" disconnects. */
  let left: Promise<void>;
  let leave: () => void;
  let streamed = 0;

  before(async () => {
    storage = await startStorageCloud();
    s3 = await createS3(storage.cloud);
    edge = await createCloudFront(storage.cloud, { host: "127.0.0.1", port: 0 });
    left = new Promise((resolve) => (leave = resolve));
    storage.cloud.origins.register("api.test", async ({ request, response, path, headers, principal }) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      asked.push({ path, headers, method: request.method ?? "", principal, body: Buffer.concat(chunks).toString() });
      response.setHeader("content-type", "application/json");
      response.setHeader("x-frame-options", "SAMEORIGIN");
      response.statusCode = path.includes("missing") ? 404 : 200;
      response.end(JSON.stringify({ path }));
    });
    storage.cloud.origins.register("slow.test", async ({ response }) => {
      response.once("close", leave);
      response.writeHead(200, { "content-type": "video/mp2t" });
      const chunk = Buffer.alloc(64 * 1024);
      const push = (): void => {
        while (!response.destroyed) {
          streamed += chunk.length;
          if (!response.write(chunk)) {
            response.once("drain", push);
            return;
          }
        }
      };
      push();
      await new Promise((resolve) => response.once("close", resolve));
    });
  });

  after(async () => {
    await edge.stop();
    await s3.stop();
    await storage.stop();
  });

  it("returns 503 with a readable page until a distribution exists", async () => {
    const early = await ask("/");
    assert.deepEqual(
      [early.status, early.headers["retry-after"], early.headers["content-type"]],
      [503, "1", "text/html; charset=utf-8"],
    );
    assert.match(early.body.toString(), /Spotlight is starting/);
  });

  it("is provisioned with all resources that it refers to", async () => {
    const bucket = await storage.apply(s3, "aws:s3/bucket:Bucket", { bucket: "web" });
    for (const [key, contentType, content] of [
      ["index.html", "text/html; charset=utf-8", `<!doctype html><title>page</title>${"<p>viewers</p>".repeat(200)}`],
      ["assets/small.js", "text/javascript", "1"],
      ["vod/main/clip.ts", "video/mp2t", "0123456789".repeat(1000)],
    ] as const) {
      await storage.apply(
        s3,
        "aws:s3/bucketObjectv2:BucketObjectv2",
        { bucket: "web", key, contentType, content, cacheControl: "no-cache" },
        { name: key },
      );
    }
    const control = await storage.apply(edge, "aws:cloudfront/originAccessControl:OriginAccessControl", {
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
    const route = await storage.apply(
      edge,
      "aws:cloudfront/function:Function",
      { code: pageRoute, runtime: "cloudfront-js-2.0", publish: true },
      { name: "page-route" },
    );
    const headers = await storage.apply(edge, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", {
      securityHeadersConfig: {
        contentSecurityPolicy: { contentSecurityPolicy: "default-src 'self'", override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: "DENY", override: false },
        strictTransportSecurity: { accessControlMaxAgeSec: 60, includeSubdomains: true, override: true },
      },
      customHeadersConfig: { items: [{ header: "Permissions-Policy", value: "camera=()", override: true }] },
    });
    const live = await storage.apply(edge, "aws:cloudfront/cachePolicy:CachePolicy", {
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
        queryStringsConfig: {
          queryStringBehavior: "whitelist",
          queryStrings: { items: ["_HLS_msn", "aws.manifestfilter"] },
        },
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      },
    });
    const behavior = (targetOriginId: string, more: object): object => ({
      targetOriginId,
      allowedMethods: reading,
      cachedMethods: ["GET", "HEAD"],
      compress: true,
      cachePolicyId: cachingOptimized,
      viewerProtocolPolicy: "allow-all",
      ...more,
    });
    const inputs = {
      enabled: true,
      defaultRootObject: "index.html",
      origins: [
        { originId: "page", domainName: bucket.outputs["bucketRegionalDomainName"], originAccessControlId: control.id },
        { originId: "unsigned", domainName: bucket.outputs["bucketRegionalDomainName"] },
        {
          originId: "api",
          domainName: "api.test",
          originPath: "/prod",
          customHeaders: [{ name: "X-Edge", value: "yes" }],
        },
        { originId: "slow", domainName: "slow.test" },
      ],
      defaultCacheBehavior: behavior("page", {
        responseHeadersPolicyId: headers.id,
        functionAssociations: [{ eventType: "viewer-request", functionArn: route.outputs["arn"] }],
      }),
      orderedCacheBehaviors: [
        behavior("api", {
          pathPattern: "/api/*",
          allowedMethods: everything,
          cachePolicyId: cachingDisabled,
          originRequestPolicyId: allViewerExceptHost,
          responseHeadersPolicyId: headers.id,
        }),
        behavior("api", { pathPattern: "/live/*.m3u8", cachePolicyId: live.id }),
        behavior("slow", { pathPattern: "/slow/*" }),
        behavior("unsigned", { pathPattern: "/unsigned/*" }),
        behavior("page", { pathPattern: "/vod/*", responseHeadersPolicyId: headers.id }),
      ],
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    };
    await assert.rejects(
      storage.apply(edge, "aws:cloudfront/distribution:Distribution", {
        ...inputs,
        origins: [{ originId: "page", domainName: "nowhere.test" }],
      }),
      /The origin page has an unknown domain nowhere\.test; it must be a bucket, API or live channel of this stack\./,
    );
    const distribution = await storage.apply(edge, "aws:cloudfront/distribution:Distribution", inputs);
    distributionArn = String(distribution.outputs["arn"]);
    assert.match(distributionArn, /^arn:aws:cloudfront::000000000000:distribution\/E[A-Z0-9]{13}$/);
    assert.equal(`http://${String(distribution.outputs["domainName"])}`, edge.url());
    const again = await storage.apply(edge, "aws:cloudfront/distribution:Distribution", inputs, {
      prior: distribution,
    });
    assert.deepEqual(again, distribution);
  });

  it("reads a bucket only if the bucket's policy allows it", async () => {
    assert.equal((await ask("/index.html")).status, 403);
    const statement = (Action: string, Resource: string): object => ({
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action,
      Resource,
      Condition: { StringEquals: { "AWS:SourceArn": distributionArn } },
    });
    const policy = (...Statement: object[]): Promise<unknown> =>
      storage.apply(s3, "aws:s3/bucketPolicy:BucketPolicy", {
        bucket: "web",
        policy: JSON.stringify({ Version: "2012-10-17", Statement }),
      });
    await policy(statement("s3:GetObject", "arn:aws:s3:::web/*"));
    assert.equal((await ask("/index.html")).status, 200);
    assert.equal((await ask("/nothing.js")).status, 403);
    await policy(statement("s3:GetObject", "arn:aws:s3:::web/*"), statement("s3:ListBucket", "arn:aws:s3:::web"));
    assert.equal((await ask("/nothing.js")).status, 404);
    assert.equal((await ask("/unsigned/index.html")).status, 403);
  });

  it("runs the viewer-request function, then applies the default root object", async () => {
    for (const path of ["/", "/people/ada", "/index.html"])
      assert.match((await ask(path)).body.toString(), /^<!doctype html><title>page/);
    const gone = await ask("/x?gone=moved");
    assert.deepEqual(
      [gone.status, gone.headers["x-why"], gone.headers["x-cache"]],
      [410, "moved", "FunctionGeneratedResponse from cloudfront"],
    );
  });

  it("sets its policy's response headers and keeps the origin's where the policy does not override them", async () => {
    const page = await ask("/");
    assert.deepEqual(
      [
        "content-security-policy",
        "x-content-type-options",
        "x-frame-options",
        "strict-transport-security",
        "permissions-policy",
        "cache-control",
        "x-cache",
      ].map((name) => page.headers[name]),
      [
        "default-src 'self'",
        "nosniff",
        "DENY",
        "max-age=60; includeSubDomains",
        "camera=()",
        "no-cache",
        "Miss from cloudfront",
      ],
    );
    assert.equal((await ask("/api/clips")).headers["x-frame-options"], "SAMEORIGIN");
  });

  it("compresses what CloudFront compresses, in a coding that the viewer accepts", async () => {
    const plain = await ask("/index.html");
    const brotli = await ask("/index.html", { "accept-encoding": "gzip, br" });
    const gzip = await ask("/index.html", { "accept-encoding": "gzip, br;q=0" });
    assert.deepEqual(
      [plain.headers["content-encoding"], brotli.headers["content-encoding"], gzip.headers["content-encoding"]],
      [undefined, "br", "gzip"],
    );
    assert.equal(brotliDecompressSync(brotli.body).toString(), plain.body.toString());
    assert.equal(gunzipSync(gzip.body).toString(), plain.body.toString());
    assert.equal(brotli.headers.etag, `W/${plain.headers.etag ?? ""}`);
    assert.equal(brotli.headers.vary, "Accept-Encoding");
    assert.equal((await ask("/assets/small.js", { "accept-encoding": "br" })).headers["content-encoding"], undefined);
    assert.equal((await ask("/vod/main/clip.ts", { "accept-encoding": "br" })).headers["content-encoding"], undefined);
    const notModified = await ask("/index.html", {
      "accept-encoding": "br",
      "if-none-match": brotli.headers.etag ?? "",
    });
    assert.deepEqual([notModified.status, notModified.body.length], [304, 0]);
  });

  it("serves ranges and HEAD", async () => {
    const part = await ask("/vod/main/clip.ts", { range: "bytes=9995-" });
    assert.deepEqual(
      [part.status, part.headers["content-range"], part.body.toString()],
      [206, "bytes 9995-9999/10000", "56789"],
    );
    const head = await ask("/vod/main/clip.ts", {}, { method: "HEAD" });
    assert.deepEqual([head.status, head.headers["content-length"], head.body.length], [200, "10000", 0]);
    assert.equal((await ask("/vod/main/clip.ts", { range: "bytes=10000-" })).status, 416);
    const stale = await ask("/vod/main/clip.ts", { range: "bytes=0-1", "if-range": '"other"' });
    assert.deepEqual([stale.status, stale.body.length], [200, 10_000]);
  });

  it("forwards only what the policies allow", async () => {
    asked.length = 0;
    await ask(
      "/api/clips?person=a%20b&limit=2",
      { cookie: "a=1", authorization: "Bearer t", "x-custom": "1", connection: "close", "user-agent": "test" },
      { method: "POST", body: "{}" },
    );
    await ask("/live/index.m3u8?_HLS_msn=4&tracking=1&aws.manifestfilter=video_height%3A1-720", {
      cookie: "a=1",
      "x-custom": "1",
      "accept-encoding": "gzip;q=0.5, deflate",
    });
    const [api, live] = asked;
    assert.deepEqual([api?.path, api?.method, api?.body], ["/prod/api/clips?person=a%20b&limit=2", "POST", "{}"]);
    assert.deepEqual(
      ["host", "cookie", "authorization", "x-custom", "user-agent", "x-edge", "x-forwarded-for", "connection"].map(
        (name) => api?.headers[name],
      ),
      ["api.test", "a=1", "Bearer t", "1", "test", "yes", "127.0.0.1", undefined],
    );
    assert.deepEqual(api?.principal, { kind: "anonymous" });
    assert.equal(live?.path, "/prod/live/index.m3u8?_HLS_msn=4&aws.manifestfilter=video_height%3A1-720");
    assert.deepEqual(
      ["cookie", "x-custom", "user-agent", "accept-encoding"].map((name) => live.headers[name]),
      [undefined, undefined, "Amazon CloudFront", "gzip"],
    );
  });

  it("rejects a method that the behaviour does not allow", async () => {
    const refused = await ask("/index.html", {}, { method: "POST", body: "x" });
    assert.deepEqual([refused.status, refused.headers["x-cache"]], [403, "Error from cloudfront"]);
    assert.match(refused.body.toString(), /not configured to allow the method POST/);
  });

  it("does not let dots and encodings escape a behaviour or a bucket", async () => {
    asked.length = 0;
    assert.equal((await ask("/vod/../api/clips")).status, 200);
    assert.equal(asked[0]?.path, "/prod/vod/../api/clips");
    assert.equal((await ask("/vod/%2e%2e/%2e%2e/%2e%2e/etc/passwd.txt")).status, 404);
    assert.equal((await ask("/vod/..%2f..%2f..%2fetc/passwd.txt")).status, 404);
    assert.equal((await ask("/vod/%ff.txt")).status, 400);
  });

  it("rejects URLs and headers that are too long, and requests that are not HTTP", async () => {
    assert.equal((await ask(`/${"a".repeat(8200)}`)).status, 414);
    assert.equal((await ask("/", { "x-long": "a".repeat(40_000) })).status, 431);
    const answer = await new Promise<string>((resolve) => {
      const { hostname, port } = new URL(edge.url());
      const socket = connect(Number(port), hostname, () => socket.write("\u0001\u0002 garbage\r\n\r\n"));
      let text = "";
      socket.on("data", (bytes: Buffer) => (text += bytes.toString()));
      socket.on("close", () => resolve(text));
    });
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.equal((await ask("/index.html")).status, 200);
  });

  it("slows an origin down for a slow viewer and ends it when the viewer disconnects", async () => {
    const { hostname, port } = new URL(edge.url());
    const viewer = httpRequest({ hostname, port, path: "/slow/stream.ts" });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      viewer.on("response", resolve);
      viewer.on("error", reject);
      viewer.end();
    });
    response.pause();
    let before = -1;
    // The origin stops when the buffers between it and the viewer are full.
    while (streamed !== before) {
      before = streamed;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(streamed < 32 * 1024 * 1024, `${streamed} bytes were taken from the origin`);
    response.on("error", () => undefined);
    viewer.destroy();
    await left;
  });

  it("reports clearly that its port is in use", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await assert.rejects(createCloudFront(storage.cloud, { host: "127.0.0.1", port }), {
      message: `Port ${port} on 127.0.0.1 is in use: choose another with --port.`,
    });
    await new Promise((resolve) => taken.close(resolve));
  });

  const ask = (path: string, headers?: Record<string, string>, options?: { method?: string; body?: string }) =>
    askServer(edge.url(), path, headers, options);
});
