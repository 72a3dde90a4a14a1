import type { Static, TSchema } from "typebox";
import { AwsError } from "../errors.ts";
import { check } from "../../check.ts";

/**
 * Checks the settings of a channel or an input. Throws an error with the path of the first unsupported setting: on AWS
 * it would change the result, so it must not be ignored silently. Null counts as missing.
 */
export function checkSettings<Schema extends TSchema>(schema: Schema, value: unknown, name: string): Static<Schema> {
  return check(schema, withoutNulls(value), ({ at, why }) =>
    notSupported(
      at.reduce((path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : `${path}.${key}`), name),
      why,
    ),
  );
}

/** An error about one setting. */
export function notSupported(path: string, why: string): AwsError {
  return new AwsError("UnprocessableEntityException", `${path} ${why}.`, 422);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && member !== null)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}
