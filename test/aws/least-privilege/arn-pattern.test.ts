import assert from "node:assert/strict";
import { canName } from "./arn-pattern.ts";

describe("which resources a pattern can name", () => {
  const table = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}";
  const index = `${table}/index/\${IndexName}`;
  const object = "arn:${Partition}:s3:::${BucketName}/${ObjectName}";
  const bucket = "arn:${Partition}:s3:::${BucketName}";
  const stream = "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:log-stream:${LogStreamName}";

  it("distinguishes tables from indexes, and buckets from objects", () => {
    const mine = "arn:aws:dynamodb:us-east-1:123456789012:table/catalogue";
    assert.deepEqual([canName(mine, table), canName(mine, index)], [true, false]);
    assert.deepEqual([canName(`${mine}/index/gsi1`, table), canName(`${mine}/index/gsi1`, index)], [false, true]);
    assert.deepEqual([canName("arn:aws:s3:::vod", bucket), canName("arn:aws:s3:::vod", object)], [true, false]);
    assert.deepEqual(
      [canName("arn:aws:s3:::vod/vod/*", bucket), canName("arn:aws:s3:::vod/vod/*", object)],
      [false, true],
    );
  });

  it("lets a wildcard match any part", () => {
    assert.equal(canName("arn:aws:logs:us-east-1:123456789012:log-group:/spotlight/dev/api:*", stream), true);
    assert.equal(canName("arn:aws:logs:us-east-1:123456789012:log-group:/spotlight/dev/api", stream), false);
    assert.equal(canName("*", table), true);
  });

  it("lets a path of an API, and the time that names a table's stream, hold what separates", () => {
    const path =
      "arn:${Partition}:execute-api:${Region}:${Account}:${ApiId}/${Stage}/${Method}/${ApiSpecificResourcePath}";
    const api = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3";
    assert.equal(canName(`${api}/stream/POST/@connections/*`, path), true);
    assert.equal(canName(`${api}/stream`, path), false);
    assert.equal(
      canName(
        `arn:aws:dynamodb:us-east-1:123456789012:table/catalogue/stream/2026-11-22T18:00:00.000`,
        `${table}/stream/\${StreamLabel}`,
      ),
      true,
    );
  });

  it("recognises another service's resource", () =>
    assert.equal(canName("arn:aws:sqs:us-east-1:123456789012:work", table), false));
});
