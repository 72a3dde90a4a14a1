import assert from "node:assert/strict";
import { adminToken } from "./support/harness.ts";
import { jpeg } from "./support/images.ts";
import { originSecret, startLambdaApi, type LambdaApi, type LambdaResponse } from "./support/lambda-api.ts";

/** An event of an HTTP API with a stage named `api`: payload format 2.0, whose `rawPath` has the stage. */
function event(
  method: string,
  path: string,
  rest: {
    query?: Record<string, string>;
    rawQueryString?: string;
    headers?: Record<string, string>;
    body?: string;
    isBase64Encoded?: boolean;
  } = {},
) {
  const { query, rawQueryString = "", headers, body, isBase64Encoded = false } = rest;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString,
    headers: {
      accept: "*/*",
      host: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
      "user-agent": "Mozilla/5.0",
      "x-amzn-trace-id": "Root=1-6923d5a1-0f1e2d3c4b5a69788796a5b4",
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
      "x-origin-verify": originSecret,
      ...headers,
    },
    ...(query !== undefined && { queryStringParameters: query }),
    requestContext: {
      accountId: "000000000000",
      apiId: "a1b2c3d4e5",
      domainName: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
      domainPrefix: "a1b2c3d4e5",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "203.0.113.9", userAgent: "Mozilla/5.0" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "$default",
      stage: "api",
      time: "22/Nov/2026:18:30:00 +0000",
      timeEpoch: 1795372200000,
    },
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
}

describe("the API as a Lambda function", () => {
  let api: LambdaApi;
  const call = (input: ReturnType<typeof event>): Promise<LambdaResponse> => api.handle(input);

  before(async () => {
    api = await startLambdaApi();
    await api.catalogue.people.create({ name: "Ada" });
  });
  after(() => api.stop());

  it("answers below its stage's path", async () => {
    const response = await call(event("GET", "/api/people"));
    assert.equal(response.statusCode, 200, response.body);
    assert.equal(response.isBase64Encoded, false);
    assert.equal(response.headers["content-type"], "application/json; charset=utf-8");
    assert.deepEqual(JSON.parse(response.body), {
      items: [{ id: "ada", name: "Ada", celebrity: null, celebrityId: null, photos: 0, clips: 0 }],
    });
    assert.equal((await call(event("GET", "/people"))).statusCode, 404);
  });

  it("refuses requests that do not come through the distribution, whatever they ask for", async () => {
    const editor = { authorization: `Bearer ${adminToken}` };
    for (const [method, path, headers] of [
      ["GET", "/api/people", { "x-origin-verify": "" }],
      ["GET", "/api/people", { "x-origin-verify": `${originSecret}x` }],
      ["DELETE", "/api/people/ada", { ...editor, "x-origin-verify": "guess" }],
      ["GET", "/api/nowhere", { "x-origin-verify": "guess" }],
    ] as const) {
      const { statusCode, headers: sent, body } = await call(event(method, path, { headers }));
      assert.deepEqual([statusCode, sent["content-type"]], [403, "application/problem+json"]);
      const { code, detail } = JSON.parse(body) as { code: string; detail: string };
      assert.equal(code, "direct-access");
      assert.equal(
        detail,
        "This address answers the distribution only. " +
          "Use the page's address followed by /api: the stack output apiUrl.",
      );
    }
    assert.equal((await call(event("GET", "/api/people/ada"))).statusCode, 200);
  });

  it("takes repeated query parameters, which arrive joined by commas", async () => {
    const many = await call(
      event("GET", "/api/clips", {
        rawQueryString: "person=ada&person=bob&limit=5",
        query: { person: "ada,bob", limit: "5" },
      }),
    );
    assert.equal(many.statusCode, 200, many.body);
    const twice = await call(
      event("GET", "/api/clips", { rawQueryString: "limit=5&limit=6", query: { limit: "5,6" } }),
    );
    assert.equal(twice.statusCode, 400);
    assert.match(twice.body, /"name":"limit","message":"must be integer"/);
  });

  it("takes JSON bodies", async () => {
    const headers = {
      authorization: `Bearer ${adminToken}`,
      "content-type": "application/json",
      "content-length": "14",
    };
    const response = await call(event("POST", "/api/people", { headers, body: '{"name":"Bob"}' }));
    assert.equal(response.statusCode, 201, response.body);
    assert.equal(response.headers["location"], "/api/people/bob");
  });

  it("takes photos, which arrive in base64, byte for byte", async () => {
    const photo = await jpeg(200, 200);
    const box = { Left: 0.25, Top: 0.25, Width: 0.5, Height: 0.5 };
    api.aws.on("DetectFaces", { body: { FaceDetails: [{ BoundingBox: box }] } });
    api.aws.on("IndexFaces", {
      body: {
        FaceRecords: [
          { Face: { FaceId: "face-1", BoundingBox: box }, FaceDetail: { Quality: { Brightness: 80, Sharpness: 90 } } },
        ],
      },
    });
    api.aws.on("SearchFaces", { body: { FaceMatches: [] } });
    const headers = {
      authorization: `Bearer ${adminToken}`,
      "content-type": "image/jpeg",
      "content-length": String(photo.length),
    };
    const response = await call(
      event("POST", "/api/people/ada/photos", { headers, body: photo.toString("base64"), isBase64Encoded: true }),
    );
    assert.equal(response.statusCode, 201, response.body);
    assert.deepEqual(JSON.parse(response.body), {
      id: "face-1",
      box: { left: 0.25, top: 0.25, width: 0.5, height: 0.5 },
      quality: 80,
      morePhotos: 2,
      lookAlikes: [],
    });
    assert.deepEqual(api.aws.calls[0], {
      operation: "DetectFaces",
      input: { Image: { Bytes: photo.toString("base64") }, Attributes: ["DEFAULT"] },
    });
  });

  it("answers paths and parameters that API Gateway decoded into no URL", async () => {
    for (const path of [
      "/api/people/%",
      "/api/people/a b",
      "/api/people/ñ",
      "/api/people/a?b=c",
      "//",
      "/api/people/\u0000",
      // Nothing of what a URL would drop, or take as syntax, leads to Ada.
      "/api/people/ada\u0000",
      "/api/people/ada ",
      "/api/people/ada\n",
      "/api/people/ada#b",
      "/api/people/x/../ada",
      "/api/people/./ada",
      "/api/people/%61da",
      "/api\\people/ada",
      "/api/people/\ud800",
    ]) {
      const { statusCode, headers } = await call(event("GET", path));
      assert.ok(statusCode === 400 || statusCode === 404, `${path}: ${statusCode}`);
      assert.equal(headers["content-type"], "application/problem+json", path);
    }
    const { statusCode, body } = await call(
      event("GET", "/api/people", { rawQueryString: "%25zz=a,b", query: { "%zz": "a,b" } }),
    );
    assert.equal(statusCode, 400);
    assert.match(body, /"name":"%zz","message":"is not known here"/);
  });

  it("answers HEAD like GET, so that API Gateway can tell the length", async () => {
    const [head, get] = [await call(event("HEAD", "/api/people")), await call(event("GET", "/api/people"))];
    const date = "any";
    assert.deepEqual({ ...head.headers, date }, { ...get.headers, date });
    assert.deepEqual([head.statusCode, head.body], [200, get.body]);
  });

  it("answers errors as problems with API Gateway's request id", async () => {
    const response = await call(event("GET", "/api/people/nobody"));
    assert.equal(response.statusCode, 404);
    assert.equal(response.headers["content-type"], "application/problem+json");
    assert.match(response.body, /"requestId":"JKJaXmPLvHcESHA="/);
  });
});
