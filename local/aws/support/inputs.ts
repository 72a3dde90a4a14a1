import type { Properties } from "../../engine/provider.ts";
import { AwsError } from "../errors.ts";

/**
 * Reads a resource's inputs as the types that its provider documents. A wrong or missing value is an error that names
 * the input. A provider reads few flat inputs and the engine already rejects unknown ones, so schemas would be longer;
 * nested settings have schemas, see check.ts.
 */

/** A required string. */
export function text(inputs: Properties, name: string): string {
  return maybeText(inputs, name) ?? missing(name);
}

/** An optional string; the empty string counts as given. */
export function maybeText(inputs: Properties, name: string): string | undefined {
  const value = inputs[name];
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : wrong(name, "a string", value);
}

/** An optional number. */
export function maybeNumber(inputs: Properties, name: string): number | undefined {
  const value = inputs[name];
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" ? value : wrong(name, "a number", value);
}

/** A whole number within AWS's bounds, or `fallback` where it is not given. */
export function whole(
  inputs: Properties,
  name: string,
  bounds: { fallback: number; min: number; max: number },
): number {
  const value = maybeNumber(inputs, name) ?? bounds.fallback;
  if (!Number.isInteger(value) || value < bounds.min || value > bounds.max) {
    throw new AwsError(
      "InvalidParameterValueException",
      `${name} is ${value}; it must be a whole number from ${bounds.min} to ${bounds.max}.`,
    );
  }
  return value;
}

/** An optional boolean. */
export function flag(inputs: Properties, name: string, fallback: boolean): boolean {
  const value = inputs[name];
  if (value === undefined || value === null) return fallback;
  return typeof value === "boolean" ? value : wrong(name, "true or false", value);
}

/** An optional list of strings; none is the empty list. */
export function texts(inputs: Properties, name: string): string[] {
  const value = inputs[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return wrong(name, "a list", value);
  return value.map((item: unknown) => (typeof item === "string" ? item : wrong(name, "a list of strings", item)));
}

/** An optional map of strings. */
export function textMap(inputs: Properties, name: string): Record<string, string> {
  const values = properties(inputs[name]) ?? {};
  return Object.fromEntries(Object.keys(values).map((key) => [key, text(values, key)]));
}

/**
 * An optional nested block. Members that are not `known` are rejected, as the engine does for the resource's own
 * inputs.
 */
export function block(inputs: Properties, name: string, known: readonly string[]): Properties | undefined {
  const value = inputs[name];
  return value === undefined || value === null ? undefined : membersOf(value, name, known);
}

/** An optional list of nested blocks; none is the empty list. */
export function blocks(inputs: Properties, name: string, known: readonly string[]): Properties[] {
  const value = inputs[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return wrong(name, "a list", value);
  return value.map((item: unknown) => membersOf(item, name, known));
}

function membersOf(value: unknown, name: string, known: readonly string[]): Properties {
  const members = properties(value) ?? wrong(name, "an object", value);
  const unknown = Object.keys(members).find(
    (key) => members[key] !== undefined && members[key] !== null && !known.includes(key),
  );
  if (unknown !== undefined)
    throw new AwsError("NotImplemented", `${name}.${unknown} is not supported by the local engine.`, 501);
  return members;
}

/** The value as an object; undefined if it is not an object. */
export function properties(value: unknown): Properties | undefined {
  return isProperties(value) ? value : undefined;
}

function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function missing(name: string): never {
  throw new AwsError("InvalidParameterValueException", `The input ${name} is missing.`);
}

function wrong(name: string, expected: string, value: unknown): never {
  throw new AwsError(
    "InvalidParameterValueException",
    `The input ${name} must be ${expected}, not ${JSON.stringify(value)}.`,
  );
}
