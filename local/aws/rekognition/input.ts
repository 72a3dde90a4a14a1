import { AwsError } from "../errors.ts";

/**
 * A request's members, parsed but not checked. The readers below return the messages of Rekognition's own
 * validation; a schema's errors would have to be translated into them.
 */
export type Input = Record<string, unknown>;

/**
 * Patterns and bounds of https://docs.aws.amazon.com/rekognition/latest/APIReference/ that several operations share.
 */
export const patterns = {
  collectionId: /^[a-zA-Z0-9_.-]{1,255}$/,
  externalImageId: /^[a-zA-Z0-9_.:-]{1,255}$/,
  clientRequestToken: /^[a-zA-Z0-9-_]{1,64}$/,
  jobTag: /^[a-zA-Z0-9_.\-:+=/]{1,1024}$/,
  jobId: /^[a-zA-Z0-9-_]{1,64}$/,
};

/** The error for a value that the API's model does not allow. */
export function violates(member: string, rule: string): AwsError {
  return new AwsError(
    "ValidationException",
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${rule}`,
  );
}

/** The error for a request that the model allows but that is invalid. */
export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

export function maybeText(input: Input, name: string, pattern?: RegExp): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw violates(camel(name), "Member must be a string");
  if (pattern !== undefined && !pattern.test(value))
    throw violates(camel(name), `Member must satisfy regular expression pattern: ${pattern.source}`);
  return value;
}

export function text(input: Input, name: string, pattern?: RegExp): string {
  return maybeText(input, name, pattern) ?? missing(name);
}

/** One of the allowed words; the first if none is given. */
export function oneOf<Word extends string>(input: Input, name: string, words: readonly [Word, ...Word[]]): Word {
  const value = maybeText(input, name);
  if (value === undefined) return words[0];
  const found = words.find((word) => word === value);
  if (found === undefined) throw violates(camel(name), `Member must satisfy enum value set: [${words.join(", ")}]`);
  return found;
}

export function numberIn(input: Input, name: string, bounds: { min: number; max: number; byDefault: number }): number {
  const value = input[name] ?? bounds.byDefault;
  if (typeof value !== "number") throw violates(camel(name), "Member must be a number");
  if (value < bounds.min) throw violates(camel(name), `Member must have value greater than or equal to ${bounds.min}`);
  if (value > bounds.max) throw violates(camel(name), `Member must have value less than or equal to ${bounds.max}`);
  return value;
}

export function maybeObject(input: Input, name: string): Input | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw violates(camel(name), "Member must be a structure");
  return value;
}

export function object(input: Input, name: string): Input {
  return maybeObject(input, name) ?? missing(name);
}

/** A list of strings; empty if it is missing. */
export function texts(input: Input, name: string): string[] {
  const value = input[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw violates(camel(name), "Member must be a list");
  return value.map((entry: unknown) => {
    if (typeof entry !== "string") throw violates(camel(name), "Member must be a list of strings");
    return entry;
  });
}

/** The bucket and key of an `S3Object` member. */
export function s3Object(input: Input): { bucket: string; key: string } {
  const place = object(input, "S3Object");
  if (maybeText(place, "Version") !== undefined)
    throw new AwsError("NotImplemented", "S3Object.Version is not supported by the local engine.", 501);
  return { bucket: text(place, "Bucket"), key: text(place, "Name") };
}

function missing(name: string): never {
  throw violates(camel(name), "Member must not be null");
}

function isObject(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** AWS's messages name members as its Java classes do. */
function camel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
