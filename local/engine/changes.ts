import { isDeepStrictEqual } from "node:util";
import { pathText, type PropertyPath } from "./property-path.ts";
import { unknownValue } from "./property-values.ts";
import type { Properties } from "./provider.ts";

/** One value that differs between two property bags. */
export interface Change {
  /** Where; inside JSON text too: `policy.Statement[0].Action`. */
  path: PropertyPath;
  /** Undefined: it was not there. */
  before?: unknown;
  /** Undefined: it is gone. {@link unknownValue}: known once other resources exist. */
  after?: unknown;
}

/** The smallest values that differ, in the order of their properties. Null and absent are the same, as for Pulumi. */
export function changesBetween(before: Properties, after: Properties): Change[] {
  return compare([], before, after);
}

/** {@link changesBetween} as text of the top-level properties concerned. */
export function changedProperties(changes: readonly Change[]): string[] {
  return [...new Set(changes.map(({ path }) => pathText(path.slice(0, 1))))];
}

function compare(path: PropertyPath, before: unknown, after: unknown): Change[] {
  const [old, new_] = [opened(before), opened(after)];
  if (isDeepStrictEqual(old, new_)) return [];
  const was = isAbsent(before) ? {} : { before };
  if (new_ === unknownValue) return [{ path, ...was, after: unknownValue }];
  if (Array.isArray(old) && Array.isArray(new_)) {
    const changes: Change[] = [];
    for (let at = 0; at < Math.max(old.length, new_.length); at++) changes.push(...compare([...path, at], old[at], new_[at]));
    return changes;
  }
  if (isObject(old) && isObject(new_)) {
    return [...new Set([...Object.keys(old), ...Object.keys(new_)])].flatMap((key) => compare([...path, key], old[key], new_[key]));
  }
  return [{ path, ...was, ...(isAbsent(after) ? {} : { after }) }];
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** JSON text (policies, settings) is compared by what it says; assets by their bytes alone. */
function opened(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value === "string" && /^\s*[[{]/.test(value)) {
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }
  if (!isObject(value)) return value;
  const file = value["$asset"] ?? value["$archive"];
  return isObject(file) && typeof file["sha256"] === "string" ? { sha256: file["sha256"] } : value;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
