import assert from "node:assert/strict";
import { Delivery } from "../../components/delivery.ts";
import { RestApi } from "../../components/rest-api.ts";
import { Stream } from "../../components/stream.ts";
import { WorkQueue } from "../../components/work-queue.ts";
import { account, deploy, functionDefaults, statements, valueOf, type Deployment, type Inputs } from "./mocks.ts";
import { makeParts } from "./pipeline-parts.ts";

async function deployDelivery(viewerProtocol: "https" | "http", region = "us-east-1"): Promise<Deployment<Delivery>> {
  return deploy(() => {
    const { web, archive, vod, live, catalogue, recognition, channels, exports, webhooks } = makeParts();
    const work = new WorkQueue("convert", { consumerTimeoutSeconds: 60 });
    const api = new RestApi("api", {
      catalogue,
      archive,
      vod,
      web,
      recognition,
      work,
      searches: new WorkQueue("searches", { consumerTimeoutSeconds: 120 }),
      searchOnRegistration: false,
      accountId: account,
      region: "us-east-1",
      channels,
      exports,
      webhooks,
      functions: functionDefaults,
    });
    const stream = new Stream("stream", { api, bus: "changes", functions: functionDefaults });
    const origins = { web, vod, live, api, stream };
    return new Delivery("delivery", { ...origins, viewerProtocol, priceClass: "PriceClass_100", region });
  });
}

describe("Delivery", () => {
  let stack: Deployment<Delivery>;
  let distribution: Inputs;

  before(async () => {
    stack = await deployDelivery("https");
    distribution = stack.one("aws:cloudfront/distribution:Distribution").inputs;
  });

  it("has one distribution whose paths lead to page, API, stream, live and recordings", () => {
    const behaviors = [
      { pathPattern: "default", ...(distribution["defaultCacheBehavior"] as Inputs) },
      ...(distribution["orderedCacheBehaviors"] as Inputs[]),
    ];
    const rows = behaviors.map((behavior: Inputs) => [
      behavior["pathPattern"],
      behavior["targetOriginId"],
      (behavior["allowedMethods"] as string[]).length,
      behavior["cachePolicyId"],
      behavior["originRequestPolicyId"],
    ]);
    assert.deepEqual(rows, [
      ["default", "page", 3, "delivery-page-id", undefined],
      ["/api/*", "api", 7, "delivery-api-id", "b689b0a8-53d0-40ab-baf2-68738e2966ac"],
      ["/stream", "stream", 3, "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "delivery-stream-id"],
      ["/out/v1/*", "live", 3, "delivery-live-id", undefined],
      ["/vod/*.jpg", "vod", 3, "658327ea-f89d-4fab-a63d-7e88639e58f6", undefined],
      ["/vod/*", "vod", 3, "658327ea-f89d-4fab-a63d-7e88639e58f6", undefined],
      ["/exports/*", "vod", 3, "delivery-exports-id", undefined],
    ]);
    const others: Record<string, string> = { default: "delivery-page-id", "/vod/*.jpg": "delivery-posters-id" };
    for (const behavior of behaviors) {
      assert.equal(behavior["viewerProtocolPolicy"], "redirect-to-https");
      assert.equal(behavior["responseHeadersPolicyId"], others[String(behavior["pathPattern"])] ?? "delivery-id");
    }
    assert.equal(distribution["defaultRootObject"], "index.html");
  });

  it("lets a link to an export name the file, and nothing else about it", () => {
    const policy = stack.one("aws:cloudfront/cachePolicy:CachePolicy", "delivery-exports").inputs;
    const { queryStringsConfig } = policy["parametersInCacheKeyAndForwardedToOrigin"] as Inputs;
    assert.deepEqual(queryStringsConfig, {
      queryStringBehavior: "whitelist",
      queryStrings: { items: ["response-content-disposition"] },
    });
  });

  it("forwards of a WebSocket's request what it needs, and nothing else", () => {
    const policy = stack.one("aws:cloudfront/originRequestPolicy:OriginRequestPolicy").inputs;
    assert.deepEqual(policy["headersConfig"], {
      headerBehavior: "whitelist",
      headers: { items: ["Sec-WebSocket-Key", "Sec-WebSocket-Version"] },
    });
    assert.deepEqual(policy["cookiesConfig"], { cookieBehavior: "none" });
    assert.deepEqual(policy["queryStringsConfig"], { queryStringBehavior: "none" });
  });

  it("keeps errors for a second only, and never replaces an origin's own answer", () => {
    assert.deepEqual(
      distribution["customErrorResponses"],
      [400, 403, 404, 405, 414, 500, 501, 502, 503, 504].map((errorCode) => ({ errorCode, errorCachingMinTtl: 1 })),
    );
  });

  it("reaches every origin by TLS, and buckets and packager in its own name", () => {
    const tls = { httpPort: 80, httpsPort: 443, originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] };
    assert.deepEqual(distribution["origins"], [
      { originId: "page", domainName: "web.s3.us-east-1.amazonaws.com", originAccessControlId: "delivery-s3-id" },
      {
        originId: "previews",
        originPath: "/api",
        domainName: "a1b2c3.execute-api.us-east-1.amazonaws.com",
        customHeaders: [{ name: "x-origin-verify", value: "api-origin".padEnd(40, "x") }],
        connectionAttempts: 1,
        connectionTimeout: 2,
        customOriginConfig: { ...tls, originReadTimeout: 5 },
      },
      { originId: "vod", domainName: "vod.s3.us-east-1.amazonaws.com", originAccessControlId: "delivery-s3-id" },
      {
        originId: "live",
        domainName: "abcde.egress.fghij.mediapackagev2.us-east-1.amazonaws.com",
        originAccessControlId: "delivery-mediapackagev2-id",
        customOriginConfig: tls,
        originShield: { enabled: true, originShieldRegion: "us-east-1" },
      },
      {
        originId: "api",
        domainName: "a1b2c3.execute-api.us-east-1.amazonaws.com",
        customHeaders: [{ name: "x-origin-verify", value: "api-origin".padEnd(40, "x") }],
        customOriginConfig: tls,
      },
      {
        originId: "stream",
        domainName: "a1b2c3.execute-api.us-east-1.amazonaws.com",
        customHeaders: [{ name: "x-origin-verify", value: "api-origin".padEnd(40, "x") }],
        customOriginConfig: tls,
      },
    ]);
    assert.deepEqual(
      stack.all("aws:cloudfront/originAccessControl:OriginAccessControl").map(({ inputs }) => inputs),
      [
        { originAccessControlOriginType: "mediapackagev2", signingBehavior: "always", signingProtocol: "sigv4" },
        { originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" },
      ],
    );
  });

  it("shields the packager in the nearest region that can", async () => {
    const elsewhere = await deployDelivery("https", "eu-north-1");
    const origins = elsewhere.one("aws:cloudfront/distribution:Distribution").inputs["origins"] as Inputs[];
    assert.deepEqual(
      origins.map(({ originId, originShield }) => [originId, originShield]),
      [
        ["page", undefined],
        ["previews", undefined],
        ["vod", undefined],
        ["live", { enabled: true, originShieldRegion: "eu-west-2" }],
        ["api", undefined],
        ["stream", undefined],
      ],
    );
  });

  it("is the only one that buckets and packager let in", () => {
    const condition = { StringEquals: { "AWS:SourceArn": `arn:aws:cloudfront:us-east-1:${account}:delivery` } };
    for (const bucket of ["web", "vod"]) {
      const [, ...grants] = statements(stack.one("aws:s3/bucketPolicy:BucketPolicy", bucket).inputs["policy"]);
      assert.equal(grants.length, 2);
      assert.ok(grants.every((grant) => JSON.stringify(grant.Condition) === JSON.stringify(condition)));
    }
    const policy = stack.one("aws-native:mediapackagev2:OriginEndpointPolicy").inputs;
    assert.equal(policy["originEndpointName"], "live");
    assert.deepEqual(statements(policy["policy"]), [
      {
        Sid: "DistributionReads",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: ["mediapackagev2:GetObject", "mediapackagev2:GetHeadObject"],
        Resource: `arn:aws:mediapackagev2:us-east-1:${account}:live-main`,
        Condition: condition,
      },
    ]);
  });

  it("caches live responses by the query parameters of MediaPackage", () => {
    const parameters = stack.one("aws:cloudfront/cachePolicy:CachePolicy", "delivery-live").inputs[
      "parametersInCacheKeyAndForwardedToOrigin"
    ] as Inputs;
    assert.deepEqual(parameters["queryStringsConfig"], {
      queryStringBehavior: "whitelist",
      queryStrings: { items: ["aws.manifestfilter", "aws.manifestsettings", "_HLS_msn", "_HLS_part"] },
    });
    assert.deepEqual(parameters["cookiesConfig"], { cookieBehavior: "none" });
  });

  it("keeps the page apart for each clip and person, and files whatever is asked of them", () => {
    const policy = stack.one("aws:cloudfront/cachePolicy:CachePolicy", "delivery-page").inputs;
    assert.deepEqual([policy["minTtl"], policy["defaultTtl"], policy["maxTtl"]], [1, 86_400, 31_536_000]);
    assert.deepEqual(policy["parametersInCacheKeyAndForwardedToOrigin"], {
      cookiesConfig: { cookieBehavior: "none" },
      headersConfig: { headerBehavior: "whitelist", headers: { items: ["x-page-url"] } },
      queryStringsConfig: {
        queryStringBehavior: "whitelist",
        queryStrings: { items: ["clip", "person", "broadcast", "channel"] },
      },
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
  });

  it("keeps answers of the API for seconds at most, each caller's apart", () => {
    const { parametersInCacheKeyAndForwardedToOrigin, minTtl, defaultTtl, maxTtl } = stack.one(
      "aws:cloudfront/cachePolicy:CachePolicy",
      "delivery-api",
    ).inputs;
    assert.deepEqual([minTtl, defaultTtl, maxTtl], [0, 0, 5]);
    assert.deepEqual(parametersInCacheKeyAndForwardedToOrigin, {
      cookiesConfig: { cookieBehavior: "none" },
      headersConfig: { headerBehavior: "whitelist", headers: { items: ["Authorization"] } },
      queryStringsConfig: { queryStringBehavior: "all" },
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
  });

  it("lets only the page use the camera", () => {
    const { items } = stack.one("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "delivery").inputs[
      "customHeadersConfig"
    ] as { items: Inputs[] };
    assert.deepEqual(items, [
      { header: "Permissions-Policy", value: "camera=(self), microphone=(), geolocation=()", override: true },
    ]);
  });

  it("lets browsers keep posters for an hour, with the same security headers", () => {
    const type = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy";
    const [posters, others] = [stack.one(type, "delivery-posters").inputs, stack.one(type, "delivery").inputs];
    assert.deepEqual(posters["securityHeadersConfig"], others["securityHeadersConfig"]);
    assert.deepEqual((posters["customHeadersConfig"] as { items: Inputs[] }).items, [
      ...(others["customHeadersConfig"] as { items: Inputs[] }).items,
      { header: "Cache-Control", value: "public, max-age=3600", override: false },
    ]);
  });

  it("says of the page's files that they depend on the codings that a viewer accepts", () => {
    const type = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy";
    const [page, others] = [stack.one(type, "delivery-page").inputs, stack.one(type, "delivery").inputs];
    assert.deepEqual(page["securityHeadersConfig"], others["securityHeadersConfig"]);
    assert.deepEqual((page["customHeadersConfig"] as { items: Inputs[] }).items, [
      ...(others["customHeadersConfig"] as { items: Inputs[] }).items,
      { header: "Vary", value: "Accept-Encoding", override: true },
    ]);
  });

  it("sends security headers that allow nothing inline and nothing from elsewhere", () => {
    const policy = stack.one("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "delivery").inputs[
      "securityHeadersConfig"
    ] as Record<string, Inputs>;
    const csp = String(policy["contentSecurityPolicy"]!["contentSecurityPolicy"]);
    assert.match(csp, /^default-src 'none'; script-src 'self';/);
    assert.doesNotMatch(csp, /unsafe|https?:|\*/);
    assert.deepEqual(policy["frameOptions"], { frameOption: "DENY", override: true });
    assert.deepEqual(policy["contentTypeOptions"], { override: true });
    assert.equal(policy["strictTransportSecurity"]!["accessControlMaxAgeSec"], 63_072_000);
  });

  it("returns the page's address, and the API's below it", async () => {
    assert.equal(await valueOf(stack.result.pageUrl), "https://d111111abcdef8.cloudfront.net");
    assert.equal(await valueOf(stack.result.apiUrl), "https://d111111abcdef8.cloudfront.net/api");
  });

  it("serves viewers plain HTTP only if configured", async () => {
    const plain = await deployDelivery("http");
    const behavior = plain.one("aws:cloudfront/distribution:Distribution").inputs["defaultCacheBehavior"] as Inputs;
    assert.equal(behavior["viewerProtocolPolicy"], "allow-all");
    assert.equal(await valueOf(plain.result.pageUrl), "http://d111111abcdef8.cloudfront.net");
  });
});
