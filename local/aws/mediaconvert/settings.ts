import { AwsError } from "../errors.ts";

/** An S3 address, from `s3://BUCKET/KEY`. */
export interface S3Address {
  bucket: string;
  key: string;
}

/** A settings object as it came over the wire (camelCase members). */
export type Settings = Record<string, unknown>;

/** The service's answer to job settings that it would refuse, or that this engine would not carry out as written. */
export function badRequest(path: string, problem: string): AwsError {
  return new AwsError("BadRequestException", `${path}: ${problem}`);
}

/**
 * Reads an object whose members must be among `known`: a setting that this engine does not carry out is refused by its
 * path, never ignored.
 */
export function members(value: unknown, path: string, known: readonly string[]): Settings {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badRequest(path, "an object is required");
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw badRequest(`${path}/${unknown}`, "the local engine does not know this setting; it ignores nothing silently");
  return value as Settings;
}

export function list(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw badRequest(path, "at least one item is required");
  return value as unknown[];
}

export function text(value: unknown, path: string): string {
  if (typeof value !== "string" || value === "") throw badRequest(path, "a text is required");
  return value;
}

export function oneOf<const Choice extends string>(value: unknown, path: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw badRequest(path, `must be one of ${choices.join(", ")}`);
  return found;
}

export function integer(value: unknown, path: string, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max)
    throw badRequest(path, `an integer from ${min} to ${max} is required`);
  return value;
}

export function s3Address(value: unknown, path: string): S3Address {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.*)$/s.exec(text(value, path));
  if (match === null) throw badRequest(path, "an address s3://BUCKET/KEY is required");
  return { bucket: match[1] ?? "", key: match[2] ?? "" };
}
