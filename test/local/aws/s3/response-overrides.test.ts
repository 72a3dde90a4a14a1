import assert from "node:assert/strict";
import { responseOverrides } from "../../../../local/aws/s3/response-overrides.ts";

const query = new URLSearchParams({ "response-content-disposition": 'attachment; filename="a.mp4"', other: "1" });

describe("headers that a GET asks S3 for", () => {
  it("are those of the query, for a signed request", () =>
    assert.deepEqual(
      responseOverrides(query, { kind: "service", service: "cloudfront.amazonaws.com", sourceArn: "arn:x" }),
      { "content-disposition": 'attachment; filename="a.mp4"' },
    ));

  it("are refused to anonymous ones", () => {
    assert.throws(() => responseOverrides(query, { kind: "anonymous" }), { code: "InvalidRequest", status: 400 });
    assert.deepEqual(responseOverrides(new URLSearchParams("other=1"), { kind: "anonymous" }), {});
  });
});
