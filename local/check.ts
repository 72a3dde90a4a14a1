import { Type, type Static, type TProperties, type TSchema } from "typebox";
import { Check, Errors } from "typebox/value";

/** Why a schema rejects a value: the path, as keys and indices, and what is wrong or allowed there. */
export interface Violation {
  at: string[];
  why: string;
}

/** An object with these members only: the local engine rejects any other setting. */
export const closed = <Members extends TProperties>(members: Members) =>
  Type.Object(members, { additionalProperties: false });

/** A setting that may have any value, because it has no effect that a viewer or the pipeline would notice. */
export const anything = Type.Optional(Type.Unknown());

/** Returns `value` as the schema's type, or throws the error that `reject` returns for the first violation. */
export function check<Schema extends TSchema>(
  schema: Schema,
  value: unknown,
  reject: (violation: Violation) => Error,
): Static<Schema> {
  if (Check(schema, value)) return value;
  throw reject(firstViolation(schema, value));
}

type SchemaError = ReturnType<typeof Errors>[number];

function firstViolation(schema: TSchema, value: unknown): Violation {
  // An unknown member is reported twice; "boolean" is its less helpful form.
  const error = Errors(schema, value).find(({ keyword }) => keyword !== "boolean");
  if (error === undefined) return { at: [], why: "is not valid" };
  const at = error.instancePath.split("/").slice(1).map(unescapeKey);
  if (error.keyword === "additionalProperties")
    return { at: [...at, String(error.params.additionalProperties[0])], why: "is not supported by the local engine" };
  if (error.keyword === "required")
    return { at: [...at, String(error.params.requiredProperties[0])], why: "is required" };
  return { at, why: describe(error, valueAt(value, at)) };
}

/** A key of a JSON pointer (RFC 6901). */
function unescapeKey(key: string): string {
  return key.replaceAll("~1", "/").replaceAll("~0", "~");
}

function valueAt(value: unknown, at: readonly string[]): unknown {
  return at.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

const typeNames: Record<string, string> = {
  string: "a string",
  number: "a number",
  integer: "an integer",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

function describe(error: SchemaError, value: unknown): string {
  switch (error.keyword) {
    case "enum":
      return `is ${JSON.stringify(value)}; the local engine supports ${error.params.allowedValues.join(", ")}`;
    case "const":
      return `is ${JSON.stringify(value)}; the local engine supports ${String(error.params.allowedValue)}`;
    case "type":
      return `must be ${typeNames[String(error.params.type)] ?? String(error.params.type)}`;
    case "minimum":
      return `must be at least ${error.params.limit}`;
    case "maximum":
      return `must be at most ${error.params.limit}`;
    case "exclusiveMinimum":
      return `must be greater than ${error.params.limit}`;
    case "multipleOf":
      return `must be a multiple of ${error.params.multipleOf}`;
    case "minItems":
      return `must have at least ${error.params.limit} item${error.params.limit === 1 ? "" : "s"}`;
    case "maxItems":
      return `must have at most ${error.params.limit} item${error.params.limit === 1 ? "" : "s"}`;
    case "minLength":
      return "must not be empty";
    default:
      return error.message;
  }
}
