import type { Principal } from "../cloud.ts";
import { noSuchKey } from "./errors.ts";
import { bucketArn, objectArn, type S3 } from "./service.ts";
import type { StoredObject } from "./object-index.ts";

/**
 * Throws AccessDenied unless `principal` may do `action` on an object, by its own policies or the bucket's;
 * NoSuchBucket.
 */
export function authorizeObject(s3: S3, principal: Principal, action: string, bucket: string, key: string): void {
  s3.cloud.iam.authorize(principal, action, objectArn(bucket, key), {
    resourcePolicy: s3.index.configuration(bucket).policy,
  });
}

/** The same for an action on the bucket itself; `context` are its condition keys (`s3:prefix`, …). */
export function authorizeBucket(
  s3: S3,
  principal: Principal,
  action: string,
  bucket: string,
  context: Record<string, string> = {},
): void {
  s3.cloud.iam.authorize(principal, action, bucketArn(bucket), {
    resourcePolicy: s3.index.configuration(bucket).policy,
    context,
  });
}

/**
 * An object that `principal` may read. A caller who may not list the bucket must not learn that a key is missing and
 * gets AccessDenied instead, as on AWS. Throws AccessDenied, NoSuchKey, NoSuchBucket.
 */
export function readableObject(
  s3: S3,
  principal: Principal,
  bucket: string,
  key: string,
  action = "s3:GetObject",
): StoredObject {
  authorizeObject(s3, principal, action, bucket, key);
  const object = s3.index.object(bucket, key);
  if (object !== undefined) return object;
  // Throws AccessDenied, naming the missing grant.
  authorizeBucket(s3, principal, "s3:ListBucket", bucket);
  throw noSuchKey(key);
}
