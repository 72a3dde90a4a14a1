import type { Cloud, Principal } from "../cloud.ts";
import { AwsError } from "../errors.ts";

/**
 * An S3 object as a file, with the caller's permissions. A missing and a forbidden object give the same error, as on
 * AWS.
 */
export async function objectFile(
  cloud: Cloud,
  principal: Principal,
  bucket: string,
  key: string,
): ReturnType<Cloud["objects"]["file"]> {
  try {
    return await cloud.objects.file(principal, bucket, key);
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new AwsError(
      "InvalidS3ObjectException",
      `Unable to get object metadata from S3. Check object key, region and/or access permissions. (${cause.message})`,
    );
  }
}
