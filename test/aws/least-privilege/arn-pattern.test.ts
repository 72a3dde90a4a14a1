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

  it("knows that a stream's label is a time", () =>
    assert.equal(
      canName(
        "arn:aws:dynamodb:us-east-1:123456789012:table/catalogue/stream/2026-11-22T18:00:00.000",
        `${table}/stream/\${StreamLabel}`,
      ),
      true,
    ));

  it("recognises another service's resource", () =>
    assert.equal(canName("arn:aws:sqs:us-east-1:123456789012:work", table), false));
});
