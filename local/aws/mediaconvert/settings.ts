import type { Static, TSchema } from "typebox";
import { AwsError } from "../errors.ts";
import { check } from "../../check.ts";

/** An S3 address, from `s3://BUCKET/KEY`. */
export interface S3Address {
  bucket: string;
  key: string;
}

/** The error for job settings that MediaConvert would reject or that this engine would not apply as written. */
export function badRequest(path: string, problem: string): AwsError {
  return new AwsError("BadRequestException", `${path}: ${problem}`);
}

/**
 * Returns settings as the schema's type. Throws BadRequestException with the path (`/settings/…`) of the first
 * violation.
 */
export function checkSettings<Schema extends TSchema>(schema: Schema, value: unknown, path: string): Static<Schema> {
  return check(schema, value, ({ at, why }) => badRequest([path, ...at].join("/"), why));
}

export function s3Address(value: string, path: string): S3Address {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.*)$/s.exec(value);
  if (match === null) throw badRequest(path, "must be an S3 URL: s3://BUCKET/KEY");
  return { bucket: match[1] ?? "", key: match[2] ?? "" };
}
