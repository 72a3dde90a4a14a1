/** The value at a path in plain JSON; undefined if part of the path is missing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Readonly<Record<string, unknown>>)[key] : undefined,
    value,
  );
}

/** A list's items; an empty list for undefined or null; any other value as a list of one. */
export function items(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The value if it is a string, otherwise the empty string. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
