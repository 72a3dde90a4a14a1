import { ofType, type CheckedResource, type Rule, type Violation } from "../rule.ts";
import { at, items, text } from "../values.ts";

/**
 * Buckets declare their encryption, and queues are encrypted by SQS or with a key. Tables are always encrypted. Topics
 * are exempt because AWS services cannot publish to a topic under AWS's own key.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html
 */
export const encryptionAtRest: Rule = {
  name: "encryption-at-rest",
  description: "Buckets and queues are encrypted at rest.",
  level: "mandatory",
  judge: ({ type, props }) =>
    type === "aws:sqs/queue:Queue" && props["sqsManagedSseEnabled"] !== true && text(props["kmsMasterKeyId"]) === ""
      ? ["The queue is not encrypted: set sqsManagedSseEnabled."]
      : [],
  relate: buckets,
};

function buckets(resources: readonly CheckedResource[]): Violation[] {
  const encrypted = ofType(
    resources,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  ).filter(({ props }) =>
    items(props["rules"]).some((rule) =>
      ["AES256", "aws:kms", "aws:kms:dsse"].includes(
        text(at(rule, "applyServerSideEncryptionByDefault", "sseAlgorithm")),
      ),
    ),
  );
  return ofType(resources, "aws:s3/bucket:Bucket")
    .filter(({ props }) => !encrypted.some((configuration) => configuration.props["bucket"] === props["bucket"]))
    .map(({ urn }) => ({
      urn,
      message:
        "The bucket does not declare its encryption: give it a BucketServerSideEncryptionConfiguration with " +
        "AES256 or aws:kms.",
    }));
}
