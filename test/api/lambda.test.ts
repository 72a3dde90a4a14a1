import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createCatalogue, type Catalogue } from "../../catalogue/index.ts";
import { startAws, type TestAws } from "./support/aws.ts";
import { startDynamoDb, type TestDynamoDb } from "./support/dynamodb.ts";
import { adminToken, config } from "./support/harness.ts";
import { jpeg } from "./support/images.ts";

interface LambdaResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded?: boolean;
}

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

const originSecret = "only-the-distribution-sends-this";

/** What Lambda hands over beside the event. */
const context = {
  awsRequestId: "b7b1f0a0-3b1e-4c2f-9f57-1c5e2a7d4f11",
  callbackWaitsForEmptyEventLoop: true,
  functionName: "api",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:api",
  logGroupName: "/spotlight/test/api",
  logStreamName: "test",
  memoryLimitInMB: "512",
  getRemainingTimeInMillis: () => 10_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

describe("the API as a Lambda function", () => {
  let dynamoDb: TestDynamoDb;
  let aws: TestAws;
  let catalogue: Catalogue;
  let call: (event: unknown) => Promise<LambdaResponse>;
  const environment = process.env;

  before(async () => {
    dynamoDb = await startDynamoDb();
    aws = await startAws();
    catalogue = createCatalogue(dynamoDb);
    process.env = {
      ...environment,
      AWS_ENDPOINT_URL: aws.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      CATALOGUE_TABLE: dynamoDb.table,
      VOD_BUCKET: config.vodBucket,
      COLLECTION_ID: config.collection,
      CONVERT_QUEUE_URL: `${aws.url}/000000000000/convert`,
      SEARCHES_QUEUE_URL: `${aws.url}/000000000000/searches`,
      SEARCH_ON_REGISTRATION: "false",
      ADMIN_TOKEN_SHA256: config.adminTokenSha256,
      ORIGIN_SECRET_SHA256: createHash("sha256").update(originSecret).digest("hex"),
      CHANNELS: JSON.stringify(config.channels),
    };
    const { handler } = await import("../../api/lambda.ts");
    call = (input) => handler(input, context);
    await catalogue.people.create({ name: "Ada" });
  });
  after(async () => {
    process.env = environment;
    await aws.stop();
    await dynamoDb.stop();
  });

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
    aws.on("DetectFaces", { body: { FaceDetails: [{ BoundingBox: box }] } });
    aws.on("IndexFaces", {
      body: {
        FaceRecords: [
          { Face: { FaceId: "face-1", BoundingBox: box }, FaceDetail: { Quality: { Brightness: 80, Sharpness: 90 } } },
        ],
      },
    });
    aws.on("SearchFaces", { body: { FaceMatches: [] } });
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
    assert.deepEqual(aws.calls[0], {
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

  it("answers errors as problems with API Gateway's request id", async () => {
    const response = await call(event("GET", "/api/people/nobody"));
    assert.equal(response.statusCode, 404);
    assert.equal(response.headers["content-type"], "application/problem+json");
    assert.match(response.body, /"requestId":"JKJaXmPLvHcESHA="/);
  });
});
