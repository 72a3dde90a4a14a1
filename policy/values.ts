/** The value at a path of plain JSON; undefined where a part is missing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Readonly<Record<string, unknown>>)[key] : undefined,
    value,
  );
}

/** A list's items; nothing for undefined; the value itself where it stands for a list of one. */
export function items(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** A string, or the empty one. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
