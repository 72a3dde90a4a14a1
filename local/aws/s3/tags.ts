import { AwsError } from "../errors.ts";

/** Checks S3's limits for an object's tags: 10 of them, names up to 128 and values up to 256 characters. */
export function checkTags(tags: Record<string, string>): Record<string, string> {
  const entries = Object.entries(tags);
  if (entries.length > 10) throw new AwsError("BadRequest", "Object tags cannot be greater than 10", 400);
  for (const [name, value] of entries) {
    if (name.length === 0 || name.length > 128)
      throw new AwsError("InvalidTag", "The TagKey you have provided is invalid", 400);
    if (value.length > 256) throw new AwsError("InvalidTag", "The TagValue you have provided is invalid", 400);
  }
  return tags;
}
