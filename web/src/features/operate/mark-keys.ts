/** The keys by which an editor marks what the live picture shows. */
export const MARK_KEYS = { goal: "g", undo: "z" } as const;
