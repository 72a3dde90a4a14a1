import type { Properties } from "../../engine/provider.ts";
import { AwsError } from "../errors.ts";
import { properties } from "../support/inputs.ts";

/** What a setting may be: anything, one of some values, an object of known members, or a list of one kind of item. */
export type Known =
  | "any"
  | { oneOf: readonly (string | number | boolean)[] }
  | { members: Record<string, Known> }
  | { items: Known };

/** Shorthands for tables of known settings. */
export const anyValue = "any";
export const oneOf = (...values: (string | number | boolean)[]): Known => ({ oneOf: values });
export const members = (table: Record<string, Known>): Known => ({ members: table });
export const items = (item: Known): Known => ({ items: item });

/**
 * Refuses, by its path, the first setting that has no meaning here: it would change the result on AWS, so it may not be
 * dropped silently.
 */
export function refuseUnknown(value: unknown, known: Known, path: string): void {
  if (value === undefined || value === null || known === "any") return;
  if ("oneOf" in known) {
    if (!known.oneOf.some((allowed) => allowed === value))
      throw notSupported(path, `is ${JSON.stringify(value)}; the local engine knows ${known.oneOf.join(", ")}`);
  } else if ("items" in known) {
    if (!Array.isArray(value)) throw notSupported(path, "must be a list");
    for (const [i, item] of value.entries()) refuseUnknown(item, known.items, `${path}[${i}]`);
  } else {
    const object = properties(value);
    if (object === undefined) throw notSupported(path, "must be an object");
    for (const [name, member] of Object.entries(object)) {
      if (member === undefined || member === null) continue;
      const inner = known.members[name];
      if (inner === undefined) throw notSupported(`${path}.${name}`, "is not part of the local engine");
      refuseUnknown(member, inner, `${path}.${name}`);
    }
  }
}

/** An error about one setting. */
export function notSupported(path: string, why: string): AwsError {
  return new AwsError("UnprocessableEntityException", `${path} ${why}.`, 422);
}

/** An object member as an object; none is the empty object. */
export function objectAt(value: Properties, name: string): Properties {
  return properties(value[name]) ?? {};
}

/** A list member's objects; none is the empty list. */
export function listAt(value: Properties, name: string): Properties[] {
  const list = value[name];
  return Array.isArray(list) ? list.map((item: unknown) => properties(item) ?? {}) : [];
}
