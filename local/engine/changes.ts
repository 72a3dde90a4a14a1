import { isDeepStrictEqual } from "node:util";
import { pathText, type PropertyPath } from "./property-path.ts";
import { unknownValue } from "./property-values.ts";
import type { Properties } from "./provider.ts";

/** One value that differs between two property bags. */
export interface Change {
  /** May lead into JSON text: `policy.Statement[0].Action`. */
  path: PropertyPath;
  /** Undefined if the value was added. */
  before?: unknown;
  /** Undefined if the value was removed; {@link unknownValue} if it depends on resources that don't exist yet. */
  after?: unknown;
}

/**
 * Returns the smallest values that differ, in the order of their properties. Null equals absent, as in Pulumi.
 *
 * @param lists `positions` compares lists item by item. `members` compares objects by name (`Sid`, `id`, …), so that a
 *   new statement in a policy is one change, and texts as sets. Paths then contain the name instead of the index.
 */
export function changesBetween(
  before: Properties,
  after: Properties,
  lists: "positions" | "members" = "positions",
): Change[] {
  return new Comparison(lists).compare([], before, after);
}

/** The top-level properties that {@link changesBetween} found changes in. */
export function changedProperties(changes: readonly Change[]): string[] {
  return [...new Set(changes.map(({ path }) => pathText(path.slice(0, 1))))];
}

class Comparison {
  readonly #lists: "positions" | "members";

  constructor(lists: "positions" | "members") {
    this.#lists = lists;
  }

  compare(path: PropertyPath, before: unknown, after: unknown): Change[] {
    const [old, new_] = [opened(before), opened(after)];
    if (isDeepStrictEqual(old, new_)) return [];
    if (isFile(old) || isFile(new_)) return [{ path, before, after }];
    const was = isAbsent(before) ? {} : { before };
    if (new_ === unknownValue) return [{ path, ...was, after: unknownValue }];
    if (Array.isArray(old) && Array.isArray(new_)) return this.#compareLists(path, old, new_);
    if (isObject(old) && isObject(new_)) return this.#compareObjects(path, old, new_);
    return [{ path, ...was, ...(isAbsent(after) ? {} : { after }) }];
  }

  #compareObjects(path: PropertyPath, old: Properties, new_: Properties): Change[] {
    return [...new Set([...Object.keys(old), ...Object.keys(new_)])].flatMap((key) =>
      this.compare([...path, key], old[key], new_[key]),
    );
  }

  #compareLists(path: PropertyPath, old: readonly unknown[], new_: readonly unknown[]): Change[] {
    if (this.#lists === "members") {
      const [before, after] = [byName(old), byName(new_)];
      if (before !== undefined && after !== undefined) {
        const changes = this.#compareObjects(path, before, after);
        return changes.length > 0 ? changes : [{ path, before: Object.keys(before), after: Object.keys(after) }];
      }
      if ([...old, ...new_].every((item) => typeof item === "string" && item !== unknownValue)) {
        const gone = old.flatMap((item, at) => (new_.includes(item) ? [] : [{ path: [...path, at], before: item }]));
        const added = new_.flatMap((item, at) => (old.includes(item) ? [] : [{ path: [...path, at], after: item }]));
        return gone.length + added.length > 0 ? [...gone, ...added] : [{ path, before: old, after: new_ }];
      }
    }
    return Array.from({ length: Math.max(old.length, new_.length) }).flatMap((_, at) =>
      this.compare([...path, at], old[at], new_[at]),
    );
  }
}

/** The list's objects by the member that identifies them; undefined if they have none. */
function byName(list: readonly unknown[]): Properties | undefined {
  for (const key of ["Sid", "id", "name", "originId", "pathPattern"]) {
    const named = list.flatMap((item) =>
      isObject(item) && typeof item[key] === "string" && item[key] !== unknownValue ? [[item[key], item] as const] : [],
    );
    if (list.length > 0 && named.length === list.length && new Set(named.map(([name]) => name)).size === list.length)
      return Object.fromEntries(named);
  }
  return undefined;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** Compares JSON text (policies, settings) by its content, and files by their bytes only. */
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
  if (!isObject(file)) return value;
  return isFile(file) ? { sha256: file["sha256"] } : file;
}

function isFile(value: unknown): value is Properties {
  return isObject(value) && typeof value["sha256"] === "string";
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
