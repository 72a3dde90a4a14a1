import { Type, type TSchema } from "typebox";
import { Check, Errors } from "typebox/schema";
import { ConfigError, show } from "./config-error.ts";
import { ConfigSchema, mustOf, type ConfigValues } from "./schema.ts";

/** Where values come from: `pulumi.Config`, or a map in tests. Every value is a string; lists and objects are JSON. */
export interface ConfigSource {
  get(key: string): string | undefined;
}

/** Reads every key by its schema. Throws `ConfigError` for the first value that is missing or not allowed. */
export function readValues(source: ConfigSource): ConfigValues {
  const values: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(ConfigSchema.properties))
    values[key] = readValue(source.get(key), key, schema);
  if (!Check(ConfigSchema, values)) throw new ConfigError("channels", "is not valid");
  return values;
}

function readValue(given: string | undefined, key: string, schema: TSchema & { default?: unknown }): unknown {
  if (given === undefined) {
    if (schema.default === undefined) throw new ConfigError(key, "is missing; set it in the stack's configuration");
    return structuredClone(schema.default);
  }
  const value = valueOf(given, schema);
  const [, errors] = Errors(schema, value);
  const [error] = errors;
  if (error === undefined) return value;
  const path = error.instancePath.split("/").slice(1);
  const missing = error.keyword === "required" ? error.params.requiredProperties.slice(0, 1) : [];
  const unknown = errors.find(({ keyword }) => keyword === "additionalProperties");
  if (error.keyword === "additionalProperties" || (error.keyword === "boolean" && unknown !== undefined)) {
    const owner = unknown?.keyword === "additionalProperties" ? unknown : undefined;
    const at = owner?.instancePath.split("/").slice(1) ?? path;
    const object = schemaAt(schema, at);
    const allowed = Type.IsObject(object) ? Object.keys(object.properties).join(", ") : "";
    throw new ConfigError(
      nameOf(key, [...at, ...(owner?.params.additionalProperties.slice(0, 1) ?? [])]),
      `is not supported; supported keys: ${allowed}`,
    );
  }
  const at = [...path, ...missing];
  throw new ConfigError(nameOf(key, at), `must ${mustOf(schemaAt(schema, at))}; got ${show(valueAt(value, at))}`);
}

/** The value that a text represents; otherwise the text itself, so that the error shows it. */
function valueOf(given: string, schema: TSchema): unknown {
  if (Type.IsInteger(schema)) return /^-?\d{1,15}$/.test(given) ? Number(given) : given;
  if (Type.IsBoolean(schema)) return given === "true" || given === "false" ? given === "true" : given;
  if (!Type.IsArray(schema) && !Type.IsObject(schema)) return given;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

/** `channels[1].id`. */
function nameOf(key: string, path: readonly string[]): string {
  const step = (part: string): string => {
    if (/^\d+$/.test(part)) return `[${part}]`;
    return /^\w{1,40}$/.test(part) ? `.${part}` : `[${show(part)}]`;
  };
  return key + path.map(step).join("");
}

function schemaAt(schema: TSchema, path: readonly string[]): TSchema {
  return path.reduce<TSchema>((node, part) => {
    if (Type.IsArray(node)) return node.items;
    return (Type.IsObject(node) ? node.properties[part] : undefined) ?? {};
  }, schema);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, part) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  );
}
