import type { ResourceProvider } from "../../../engine/provider.ts";
import { physicalName } from "../../../engine/physical-name.ts";
import { AwsError } from "../../errors.ts";
import { flag, maybeText } from "../../support/inputs.ts";
import { bucketOrigin, regionalDomainName } from "../origin.ts";
import { bucketArn, type S3 } from "../service.ts";

/** Hosted zone of S3 endpoints in us-east-1. https://docs.aws.amazon.com/general/latest/gr/s3.html */
const hostedZoneId = "Z3AQBSTGFYJSTF";

/** A bucket that a distribution can reach by its regional domain name. */
export function bucketProvider(s3: S3): ResourceProvider {
  return {
    type: "aws:s3/bucket:Bucket",
    honoured: ["bucket", "bucketPrefix", "forceDestroy"],
    ignored: ["tags"],
    replaceOnChanges: ["bucket", "bucketPrefix"],
    async apply({ name, inputs, prior }) {
      const { region } = s3.cloud;
      const bucket = physicalName(maybeText(inputs, "bucket"), maybeText(inputs, "bucketPrefix") ?? name, prior);
      checkName(bucket);
      s3.index.createBucket(bucket);
      s3.cloud.origins.register(regionalDomainName(bucket, region), bucketOrigin(s3, bucket));
      return {
        id: bucket,
        outputs: {
          bucket,
          arn: bucketArn(bucket),
          region,
          bucketRegion: region,
          bucketDomainName: `${bucket}.s3.amazonaws.com`,
          bucketRegionalDomainName: regionalDomainName(bucket, region),
          hostedZoneId,
          tagsAll: inputs["tags"] ?? {},
        },
      };
    },
    async remove(state, inputs) {
      if (!s3.index.isEmpty(state.id) && !flag(inputs, "forceDestroy", false)) {
        throw new AwsError(
          "BucketNotEmpty",
          `The bucket ${state.id} is not empty: empty it, or set forceDestroy.`,
          409,
        );
      }
      for (const upload of s3.uploads.list(state.id))
        await s3.blobs.delete(...s3.index.transaction(() => s3.uploads.delete(upload.id)));
      await s3.blobs.delete(...s3.index.deleteBucket(state.id));
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function checkName(bucket: string): void {
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) && !bucket.includes("..") && !/^\d+(\.\d+){3}$/.test(bucket))
    return;
  throw new AwsError(
    "InvalidBucketName",
    `${bucket} is not a valid bucket name: use 3 to 63 lower-case letters, digits, dots and hyphens, a letter or ` +
      "digit first and last.",
    400,
  );
}
