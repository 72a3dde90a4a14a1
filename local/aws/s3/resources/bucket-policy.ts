import type { ResourceProvider } from "../../../engine/provider.ts";
import { AwsError } from "../../errors.ts";
import { flag, text } from "../../support/inputs.ts";
import type { S3 } from "../service.ts";

/** The resource policy of a bucket, evaluated on every request for it. */
export function bucketPolicyProvider(s3: S3): ResourceProvider {
  return {
    type: "aws:s3/bucketPolicy:BucketPolicy",
    honoured: ["bucket", "policy"],
    replaceOnChanges: ["bucket"],
    async apply({ inputs }) {
      const bucket = text(inputs, "bucket");
      const policy = typeof inputs["policy"] === "object" ? JSON.stringify(inputs["policy"]) : text(inputs, "policy");
      if (s3.index.configuration(bucket).blockPublicPolicy === true && isPublic(policy)) {
        throw new AwsError(
          "AccessDenied",
          `The policy would make the bucket ${bucket} public, which its public access block ` +
            "(blockPublicPolicy) prevents.",
          403,
        );
      }
      s3.index.configure(bucket, { policy });
      return { id: bucket, outputs: { policy } };
    },
    async remove(state) {
      if (s3.index.hasBucket(state.id)) s3.index.configure(state.id, { policy: undefined });
    },
  };
}

/** Prevents a bucket policy that grants public access. The ACL settings hold anyway, as there are no ACLs here. */
export function publicAccessBlockProvider(s3: S3): ResourceProvider {
  return {
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    honoured: ["bucket", "blockPublicPolicy"],
    ignored: ["blockPublicAcls", "ignorePublicAcls", "restrictPublicBuckets"],
    replaceOnChanges: ["bucket"],
    async apply({ inputs }) {
      const bucket = text(inputs, "bucket");
      s3.index.configure(bucket, { blockPublicPolicy: flag(inputs, "blockPublicPolicy", false) });
      return { id: bucket, outputs: {} };
    },
    async remove(state) {
      if (s3.index.hasBucket(state.id)) s3.index.configure(state.id, { blockPublicPolicy: false });
    },
  };
}

/**
 * An unconditional Allow for everyone.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
function isPublic(policy: string): boolean {
  const document = JSON.parse(policy) as { Statement?: unknown };
  const statements: unknown[] = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  return statements.some((statement) => {
    if (typeof statement !== "object" || statement === null) return false;
    const { Effect, Principal, Condition } = statement as {
      Effect?: unknown;
      Principal?: unknown;
      Condition?: unknown;
    };
    if (Effect !== "Allow" || Condition !== undefined) return false;
    const aws = typeof Principal === "object" && Principal !== null && "AWS" in Principal ? Principal.AWS : Principal;
    return aws === "*" || (Array.isArray(aws) && aws.includes("*"));
  });
}
