import assert from "node:assert/strict";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { pageRouteCode } from "../../../../components/page-route.ts";
import { pageHeaders } from "../../../../components/security-headers.ts";
import type { ServiceModule } from "../../../../local/aws/cloud.ts";
import { createCloudFront, type CloudFront } from "../../../../local/aws/cloudfront/index.ts";
import { createS3 } from "../../../../local/aws/s3/index.ts";
import { startStorageCloud, type StorageCloud } from "../../../support/storage.ts";
import { ask as askServer } from "./ask.ts";

const html = `<!doctype html><title>Spotlight</title>${"<p>viewers</p>".repeat(200)}`;
const script = "console.log('viewers');\n".repeat(200);

/** The page's own function, headers and files behind the distribution. */
describe("CloudFront distribution: the page", () => {
  let storage: StorageCloud;
  let s3: ServiceModule;
  let edge: CloudFront;
  /** What the API is asked for the page, and what it answers. */
  const asked: { path: string; headers: Record<string, string> }[] = [];
  let answer: { status: number } | "refuses" = { status: 200 };
  const withTags = html.replace("<title>", '<meta property="og:title" content="Ada" /><title>Ada · ');

  before(async () => {
    storage = await startStorageCloud();
    s3 = await createS3(storage.cloud);
    edge = await createCloudFront(storage.cloud, { host: "127.0.0.1", port: 0 });
    const bucket = await storage.apply(s3, "aws:s3/bucket:Bucket", { bucket: "web" });
    storage.cloud.origins.register("api.test", async ({ response, path, headers }) => {
      asked.push({ path, headers });
      if (answer === "refuses") throw new Error("connection refused");
      response.setHeader("x-api", "yes");
      response.writeHead(answer.status, {
        "content-type": "text/html; charset=utf-8",
        "content-length": Buffer.byteLength(withTags),
      });
      response.write(withTags);
      response.end();
    });
    for (const [name, text, contentType] of [
      ["assets/index-3f2a.js", script, "text/javascript; charset=utf-8"],
      ["index.html", html, "text/html; charset=utf-8"],
    ] as const)
      for (const [end, contentEncoding, bytes] of [
        ["", undefined, Buffer.from(text)],
        [".br", "br", brotliCompressSync(text)],
        [".gz", "gzip", gzipSync(text)],
      ] as const)
        await storage.apply(
          s3,
          "aws:s3/bucketObjectv2:BucketObjectv2",
          {
            bucket: "web",
            key: `${name}${end}`,
            contentBase64: bytes.toString("base64"),
            contentType,
            contentEncoding,
          },
          { name: `${name}${end}` },
        );
    const control = await storage.apply(edge, "aws:cloudfront/originAccessControl:OriginAccessControl", {
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
    const route = await storage.apply(edge, "aws:cloudfront/function:Function", {
      code: pageRouteCode("http"),
      runtime: "cloudfront-js-2.0",
      publish: true,
    });
    const headers = await storage.apply(edge, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", {
      ...pageHeaders,
    });
    const caching = await storage.apply(edge, "aws:cloudfront/cachePolicy:CachePolicy", {
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "whitelist", headers: { items: ["x-page-url"] } },
        queryStringsConfig: { queryStringBehavior: "whitelist", queryStrings: { items: ["clip", "person"] } },
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      },
    });
    const distribution = await storage.apply(edge, "aws:cloudfront/distribution:Distribution", {
      enabled: true,
      defaultRootObject: "index.html",
      origins: [
        { originId: "page", domainName: bucket.outputs["bucketRegionalDomainName"], originAccessControlId: control.id },
        { originId: "previews", domainName: "api.test", originPath: "/api" },
      ],
      defaultCacheBehavior: {
        targetOriginId: "page",
        allowedMethods: ["GET", "HEAD", "OPTIONS"],
        cachedMethods: ["GET", "HEAD"],
        compress: true,
        cachePolicyId: caching.id,
        viewerProtocolPolicy: "allow-all",
        responseHeadersPolicyId: headers.id,
        functionAssociations: [{ eventType: "viewer-request", functionArn: route.outputs["arn"] }],
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    });
    await storage.apply(s3, "aws:s3/bucketPolicy:BucketPolicy", {
      bucket: "web",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "cloudfront.amazonaws.com" },
            Action: "s3:GetObject",
            Resource: "arn:aws:s3:::web/*",
            Condition: { StringEquals: { "AWS:SourceArn": distribution.outputs["arn"] } },
          },
        ],
      }),
    });
  });

  after(async () => {
    await edge.stop();
    await s3.stop();
    await storage.stop();
  });

  const file = "/assets/index-3f2a.js";

  it("sends the form that the build compressed, byte for byte, or the plain one", async () => {
    const [plain, br, gz] = [await ask(file), await ask(file, "gzip, br"), await ask(file, "gzip")];
    assert.deepEqual(
      [plain, br, gz].map(({ headers }) => [
        headers["content-encoding"],
        headers["content-type"],
        headers["content-length"],
        headers.vary,
      ]),
      [
        [undefined, String(script.length)],
        ["br", String(brotliCompressSync(script).length)],
        ["gzip", String(gzipSync(script).length)],
      ].map(([coding, length]) => [coding, "text/javascript; charset=utf-8", length, "Accept-Encoding"]),
    );
    assert.equal(plain.body.toString(), script);
    assert.equal(brotliDecompressSync(br.body).toString(), script);
    assert.equal(gunzipSync(gz.body).toString(), script);
  });

  it("gives each form a strong ETag of its own and answers 304 to it", async () => {
    const [plain, br, gz] = [await ask(file), await ask(file, "br"), await ask(file, "gzip")];
    const tags = [plain, br, gz].map(({ headers }) => headers.etag ?? "");
    assert.equal(new Set(tags).size, 3);
    for (const tag of tags) assert.match(tag, /^"[0-9a-f]{32}"$/);
    const same = await ask(file, "br", { "if-none-match": tags[1] });
    assert.deepEqual([same.status, same.headers.vary, same.body.length], [304, "Accept-Encoding", 0]);
    assert.equal((await ask(file, "gzip", { "if-none-match": tags[1] })).status, 200);
  });

  it("answers HEAD like GET, and ranges of the form that it sends", async () => {
    const br = await ask(file, "br");
    const head = await ask(file, "br", {}, "HEAD");
    assert.deepEqual(
      ["content-encoding", "content-length", "etag", "vary"].map((name) => head.headers[name]),
      ["content-encoding", "content-length", "etag", "vary"].map((name) => br.headers[name]),
    );
    const part = await ask(file, "br", { range: "bytes=2-5", "if-range": br.headers.etag });
    assert.deepEqual(
      [part.status, part.headers["content-encoding"], part.headers["content-range"], part.body],
      [206, "br", `bytes 2-5/${br.body.length}`, br.body.subarray(2, 6)],
    );
  });

  it("asks the API for the page of a clip, with the page's address, and compresses the answer itself", async () => {
    answer = { status: 200 };
    asked.length = 0;
    const page = await ask("/?clip=main.1.ada.0-1&utm_source=x", "br", { "x-page-url": "http://evil.example" });
    assert.equal(brotliDecompressSync(page.body).toString(), withTags);
    assert.deepEqual(
      ["x-api", "content-encoding", "vary", "x-frame-options"].map((name) => page.headers[name]),
      ["yes", "br", "Accept-Encoding", "DENY"],
    );
    assert.deepEqual(
      asked.map(({ path, headers }) => [path, headers["x-page-url"]]),
      [["/api/index.html?clip=main.1.ada.0-1", edge.url()]],
    );
  });

  it("sends the plain page when the API fails, with nothing of its answer", async () => {
    const plain = await ask("/");
    for (const failure of [{ status: 404 }, { status: 429 }, { status: 503 }, "refuses"] as const) {
      answer = failure;
      asked.length = 0;
      const page = await ask("/?person=ada");
      assert.equal(asked.length, 1);
      assert.deepEqual([page.status, page.body.toString(), page.headers["x-api"]], [200, html, undefined]);
      assert.deepEqual(
        [page.headers.etag, page.headers["content-security-policy"], page.headers["x-cache"]],
        [plain.headers.etag, plain.headers["content-security-policy"], "Miss from cloudfront"],
      );
      assert.deepEqual((await ask("/?person=ada", undefined, {}, "HEAD")).status, 200);
    }
  });

  it("passes other failures on", async () => {
    answer = { status: 400 };
    const page = await ask("/?person=ada");
    assert.deepEqual([page.status, page.body.toString(), page.headers["x-api"]], [400, withTags, "yes"]);
  });

  it("does without the API for the page of no clip", async () => {
    asked.length = 0;
    assert.equal((await ask("/?channel=main")).body.toString(), html);
    assert.deepEqual(asked, []);
  });

  const ask = (path: string, acceptEncoding?: string, more: Record<string, string | undefined> = {}, method = "GET") =>
    askServer(
      edge.url(),
      path,
      { ...more, ...(acceptEncoding !== undefined && { "accept-encoding": acceptEncoding }) },
      { method },
    );
});
