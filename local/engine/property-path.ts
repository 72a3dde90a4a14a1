import type { Properties } from "./provider.ts";

/** The path to a value inside a property bag: names and list indexes. */
export type PropertyPath = readonly (string | number)[];

/** Matches every member of an object or list, in paths that a program writes. */
const every = "*";

/**
 * Parses a path in the syntax of Pulumi's `ignoreChanges`: `tags`, `tags.owner`, `rules[0].id`, `rules[*].id`,
 * `tags["a.b"]`.
 *
 * @throws if the text is not a valid path.
 */
export function parsePath(text: string): PropertyPath {
  const path: (string | number)[] = [];
  const part = /\.?([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]/y;
  while (part.lastIndex < text.length) {
    const at = part.lastIndex;
    const [, name, quoted, index] = part.exec(text) ?? [];
    if (name !== undefined) path.push(name);
    else if (quoted !== undefined) path.push(quoted.replaceAll(/\\(.)/g, "$1"));
    else if (index !== undefined) path.push(index === every ? every : Number(index));
    else
      throw new Error(
        `"${text}" is not a valid property path: unexpected character at ${at + 1}. ` +
          "Write it like tags.owner or rules[0].id.",
      );
  }
  return path;
}

/** The text of a path, as {@link parsePath} reads it. */
export function pathText(path: PropertyPath): string {
  return path
    .map((part, at) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[^.[\]"]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return at === 0 ? part : `.${part}`;
    })
    .join("");
}

/** Whether `path` is equal to `outer` (with `*` for every member) or inside it. */
export function isWithin(path: PropertyPath, outer: PropertyPath): boolean {
  return outer.length <= path.length && outer.every((part, at) => part === every || part === path[at]);
}

/**
 * Returns `inputs` with the values of `before` at each of `paths`, as Pulumi's `ignoreChanges` does. Removes values
 * that `before` does not have.
 */
export function keepAt(paths: readonly string[], before: Properties, inputs: Properties): Properties {
  return paths.map(parsePath).reduce<Properties>((kept, path) => asObject(keep(path, before, kept)), inputs);
}

/** Returns `properties` with `change` applied to the value at `path`, if there is one. */
export function changeAt(path: PropertyPath, properties: Properties, change: (value: unknown) => unknown): Properties {
  const step = (value: unknown, at: number): unknown => {
    const part = path[at];
    if (part === undefined) return change(value);
    if (!isContainer(value) || member(value, part) === undefined) return value;
    const changed = step(member(value, part), at + 1);
    return Array.isArray(value)
      ? value.map((item: unknown, index) => (index === part ? changed : item))
      : { ...value, [part]: changed };
  };
  return asObject(step(properties, 0));
}

function keep(path: PropertyPath, before: unknown, after: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return before;
  if (part === every) {
    const keys = new Set([...keysOf(before), ...keysOf(after)]);
    return [...keys].reduce((result, key) => keep([key, ...rest], before, result), after);
  }
  // Without a parent on both sides, there is nothing to keep or nowhere to store it.
  if (!isContainer(after) || !isContainer(before)) return after;
  const value = rest.length === 0 ? member(before, part) : keep(rest, member(before, part), member(after, part));
  if (Array.isArray(after))
    return typeof part === "number" && value !== undefined
      ? Object.assign([...(after as unknown[])], { [part]: value })
      : after;
  const others = Object.entries(asObject(after)).filter(([key]) => key !== String(part));
  return Object.fromEntries(value === undefined ? others : [...others, [String(part), value]]);
}

function keysOf(value: unknown): (string | number)[] {
  if (Array.isArray(value)) return value.map((_item, index) => index);
  return isContainer(value) ? Object.keys(value) : [];
}

function member(container: object, part: string | number): unknown {
  return (container as Record<string | number, unknown>)[part];
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function asObject(value: unknown): Properties {
  return isContainer(value) ? (value as Properties) : {};
}
