import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import { block, maybeNumber, maybeText, properties, text } from "../../support/inputs.ts";
import type { LifecycleRule } from "../bucket-configuration.ts";
import type { S3 } from "../service.ts";
import { invalidRequest, notImplemented } from "../errors.ts";

const honouredInRule = ["id", "status", "prefix", "filter", "expiration", "abortIncompleteMultipartUpload"];
/** Storage classes cost the same on one disk, and there are no versions that could be noncurrent. */
const ignoredInRule = ["transitions", "noncurrentVersionExpiration", "noncurrentVersionTransitions"];

/** Expiration of objects and abandoned uploads, applied every hour. */
export function bucketLifecycleProvider(
  s3: S3,
  type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
): ResourceProvider {
  return {
    type,
    honoured: ["bucket", "rules"],
    ignored: ["transitionDefaultMinimumObjectSize", "timeouts", "expectedBucketOwner"],
    replaceOnChanges: ["bucket"],
    async apply({ inputs }) {
      const bucket = text(inputs, "bucket");
      s3.index.configure(bucket, { lifecycle: rulesOf(inputs["rules"]) });
      return { id: bucket, outputs: {} };
    },
    async remove(state) {
      if (s3.index.hasBucket(state.id)) s3.index.configure(state.id, { lifecycle: undefined });
    },
  };
}

function rulesOf(value: unknown): LifecycleRule[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    const rule = properties(one) ?? {};
    const unknown = Object.keys(rule).find((name) => !honouredInRule.includes(name) && !ignoredInRule.includes(name));
    if (unknown !== undefined) throw notImplemented(`A lifecycle rule's "${unknown}"`);
    return text(rule, "status") === "Enabled" ? [toRule(rule)] : [];
  });
}

function toRule(rule: Properties): LifecycleRule {
  const id = text(rule, "id");
  const filter = block(rule, "filter", ["prefix"]) ?? {};
  const expiration = block(rule, "expiration", ["days", "date"]) ?? {};
  const abort = block(rule, "abortIncompleteMultipartUpload", ["daysAfterInitiation"]) ?? {};
  const days = maybeNumber(expiration, "days");
  if (days !== undefined && !(Number.isInteger(days) && days > 0))
    throw invalidRequest(`'Days' for Expiration action of the lifecycle rule ${id} must be a positive integer`);
  return {
    id,
    prefix: maybeText(filter, "prefix") ?? maybeText(rule, "prefix") ?? "",
    expirationDays: days,
    expirationDate: maybeText(expiration, "date"),
    abortIncompleteUploadDays: maybeNumber(abort, "daysAfterInitiation"),
  };
}
