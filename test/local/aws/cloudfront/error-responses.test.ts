import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { createCloudFront, type CloudFront } from "../../../../local/aws/cloudfront/index.ts";
import { startStorageCloud, type StorageCloud } from "../../../support/storage.ts";

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

describe("CloudFront error responses", () => {
  let storage: StorageCloud;
  let edge: CloudFront;
  let asked = 0;

  before(async () => {
    storage = await startStorageCloud();
    edge = await createCloudFront(storage.cloud, { host: "127.0.0.1", port: 0 });
    storage.cloud.origins.register("live.test", async ({ response }) => {
      asked += 1;
      response.statusCode = asked === 1 ? 404 : 200;
      response.end(`answer ${asked}`);
    });
  });

  after(async () => {
    await edge.stop();
    await storage.stop();
  });

  const distribute = async (customErrorResponses: object[]): Promise<unknown> =>
    storage.apply(edge, "aws:cloudfront/distribution:Distribution", {
      enabled: true,
      origins: [
        {
          originId: "live",
          domainName: "live.test",
          originShield: { enabled: true, originShieldRegion: "us-east-1" },
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: "live",
        allowedMethods: ["GET", "HEAD"],
        cachedMethods: ["GET", "HEAD"],
        cachePolicyId: cachingOptimized,
        viewerProtocolPolicy: "allow-all",
      },
      customErrorResponses,
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    });

  it("rejects an error that CloudFront does not customise", async () => {
    await assert.rejects(distribute([{ errorCode: 429, errorCachingMinTtl: 1 }]), {
      code: "InvalidArgument",
      message: "The parameter ErrorCode is 429; it must be 400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504.",
    });
  });

  it("refuses by name to replace an origin's answer", async () => {
    await assert.rejects(distribute([{ errorCode: 404, responseCode: 200, responsePagePath: "/index.html" }]), {
      message: 'The custom error response 404 has "responseCode", which is not supported by the local engine.',
    });
  });

  it("answers what is not HTTP with a page, and ends the connection", async () => {
    const { hostname, port } = new URL(edge.url());
    const socket = connect(Number(port), hostname);
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nNo colon here\r\n\r\n");
    const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
    assert.match(head, /^HTTP\/1\.1 400 Bad Request\r\nServer: CloudFront\r\nContent-Type: text\/html/);
    assert.match(body, /<h1>Bad request<\/h1>/);
  });

  it("keeps no error longer than declared", async () => {
    await distribute([{ errorCode: 404, errorCachingMinTtl: 1 }]);
    const answers = [];
    for (let i = 0; i < 2; i += 1) {
      const response = await fetch(`${edge.url()}/segment.m4s`);
      answers.push([response.status, await response.text()]);
    }
    assert.deepEqual(answers, [
      [404, "answer 1"],
      [200, "answer 2"],
    ]);
  });
});
