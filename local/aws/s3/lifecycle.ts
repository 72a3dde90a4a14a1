import { removeObject } from "./commit.ts";
import type { LifecycleRule } from "./bucket-configuration.ts";
import { requestId } from "./reply.ts";
import type { S3 } from "./service.ts";

const dayMs = 86_400_000;
/** Keys checked before yielding to other work. */
const batch = 200;

/**
 * Applies the buckets' lifecycle rules as of `now` (ms since the epoch): expired objects are removed, with S3's
 * LifecycleExpiration event, and uploads that nobody completed are aborted. Returns the number of removed objects.
 *
 * An object expires at the first midnight UTC after its days have passed.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export async function sweepExpired(s3: S3, now = Date.now()): Promise<number> {
  let removed = 0;
  for (const { name } of s3.index.buckets()) {
    for (const rule of s3.index.configuration(name).lifecycle ?? []) {
      const before = expiresBefore(rule, now);
      if (before !== undefined) removed += await expire(s3, name, rule.prefix, before);
      if (rule.abortIncompleteUploadDays !== undefined)
        await abortUploads(s3, name, rule.prefix, lastMidnight(now) - rule.abortIncompleteUploadDays * dayMs);
    }
  }
  return removed;
}

/** Objects written before this instant have expired; undefined if the rule expires none (yet). */
function expiresBefore(rule: LifecycleRule, now: number): number | undefined {
  if (rule.expirationDays !== undefined) return lastMidnight(now) - rule.expirationDays * dayMs;
  return rule.expirationDate !== undefined && now >= Date.parse(rule.expirationDate) ? now : undefined;
}

function lastMidnight(now: number): number {
  return Math.floor(now / dayMs) * dayMs;
}

async function expire(s3: S3, bucket: string, prefix: string, before: number): Promise<number> {
  let removed = 0;
  let keys: string[];
  do {
    keys = s3.index.olderThan(bucket, prefix, before, batch);
    for (const key of keys) {
      await removeObject(
        s3,
        bucket,
        key,
        {
          principal: { kind: "service", service: "s3.amazonaws.com", sourceArn: "" },
          requestId: requestId(),
          sourceAddress: "s3.amazonaws.com",
        },
        "LifecycleExpiration:Delete",
      );
      removed++;
    }
  } while (keys.length === batch);
  return removed;
}

async function abortUploads(s3: S3, bucket: string, prefix: string, before: number): Promise<void> {
  for (const upload of s3.uploads.list(bucket)) {
    if (!upload.key.startsWith(prefix) || upload.initiated >= before) continue;
    await s3.blobs.delete(...s3.index.transaction(() => s3.uploads.delete(upload.id)));
  }
}
