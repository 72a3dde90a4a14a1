/** The value at a path inside plain JSON; undefined where a part is missing. */
export function pick(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}

/** A list's items, or the one value that stands for a list of one; nothing for undefined. */
export function list(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** A list's strings. */
export function texts(value: unknown): string[] {
  return list(value).filter((item) => typeof item === "string");
}

/** A string, or the empty one. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** An object's members; none for other values. */
export function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** Values that come more than once, each named once. */
export function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
