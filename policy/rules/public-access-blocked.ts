import { statementsOf } from "../policy-document.ts";
import { ofType, type CheckedResource, type Rule, type Violation } from "../rule.ts";
import { text } from "../values.ts";

const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

/**
 * No bucket is public: each has all four blocks, and none has a public ACL or a policy that admits everyone.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export const publicAccessBlocked: Rule = {
  name: "public-access-blocked",
  description: "No bucket is public.",
  level: "mandatory",
  judge: openings,
  relate: unblocked,
};

function unblocked(resources: readonly CheckedResource[]): Violation[] {
  const blocked = ofType(resources, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").filter(({ props }) =>
    blocks.every((block) => props[block] === true),
  );
  return ofType(resources, "aws:s3/bucket:Bucket")
    .filter(({ props }) => !blocked.some((block) => block.props["bucket"] === props["bucket"]))
    .map(({ urn }) => ({
      urn,
      message: `The bucket can become public: give it a BucketPublicAccessBlock with ${blocks.join(", ")}.`,
    }));
}

function openings({ type, props }: CheckedResource): string[] {
  if (["aws:s3/bucket:Bucket", "aws:s3/bucketAcl:BucketAcl"].includes(type) && text(props["acl"]).startsWith("public-"))
    return [`The ACL ${text(props["acl"])} opens the bucket to everyone: remove it.`];
  const open =
    type === "aws:s3/bucketPolicy:BucketPolicy" &&
    statementsOf(props["policy"]).some(({ allow, principals }) => allow && principals.includes("*"));
  return open ? ["The bucket's policy admits everyone: name a service and its aws:SourceArn."] : [];
}
