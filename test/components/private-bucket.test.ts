import assert from "node:assert/strict";
import { PrivateBucket } from "../../components/private-bucket.ts";
import { deploy, statements } from "./mocks.ts";

describe("PrivateBucket", () => {
  it("creates a bucket that is private, encrypted, TLS only and deletes unfinished uploads", async () => {
    const stack = await deploy(() => new PrivateBucket("archive", { expireAfterDays: 7, tags: { stack: "test" } }));
    assert.deepEqual(stack.counts(), {
      "aws:s3/bucket:Bucket": 1,
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
      "aws:s3/bucketPolicy:BucketPolicy": 1,
    });
    assert.deepEqual(stack.one("aws:s3/bucket:Bucket").inputs, { forceDestroy: false, tags: { stack: "test" } });
    assert.deepEqual(stack.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs, {
      bucket: "archive",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(stack.one("aws:s3/bucketOwnershipControls:BucketOwnershipControls").inputs["rule"], {
      objectOwnership: "BucketOwnerEnforced",
    });
    assert.deepEqual(
      stack.one("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration").inputs[
        "rules"
      ],
      [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    );
    assert.deepEqual(stack.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"], [
      {
        id: "abort-unfinished-uploads",
        status: "Enabled",
        filter: {},
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
      { id: "expire", status: "Enabled", filter: {}, expiration: { days: 7 } },
    ]);
    assert.deepEqual(statements(stack.one("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"]), [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::archive", "arn:aws:s3:::archive/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("deletes what is under a prefix sooner", async () => {
    const expireUnder = { prefix: "exports/", days: 7 };
    const stack = await deploy(() => new PrivateBucket("vod", { expireAfterDays: 30, expireUnder }));
    const rules = stack.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"];
    assert.deepEqual((rules as unknown[]).slice(1), [
      { id: "expire", status: "Enabled", filter: {}, expiration: { days: 30 } },
      { id: "expire-exports", status: "Enabled", filter: { prefix: "exports/" }, expiration: { days: 7 } },
    ]);
  });

  it("keeps objects forever unless configured otherwise", async () => {
    const stack = await deploy(() => new PrivateBucket("archive"));
    const rules = stack.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"];
    assert.deepEqual(rules, [
      {
        id: "abort-unfinished-uploads",
        status: "Enabled",
        filter: {},
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ]);
  });

  it("lets in one distribution, in the bucket's only policy", async () => {
    const stack = await deploy(() => {
      const bucket = new PrivateBucket("vod", { readBy: "distribution" });
      bucket.admitDistribution("arn:aws:cloudfront::123456789012:distribution/E1");
    });
    const condition = { StringEquals: { "AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/E1" } };
    const [tlsOnly, ...grants] = statements(stack.one("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"]);
    assert.equal(tlsOnly?.Sid, "TlsOnly");
    assert.deepEqual(grants, [
      {
        Sid: "DistributionReads",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::vod/*",
        Condition: condition,
      },
      {
        Sid: "DistributionLearnsOfMissingKeys",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:ListBucket",
        Resource: "arn:aws:s3:::vod",
        Condition: condition,
      },
    ]);
  });
});
