/** What a value must look like, read from the declarations that a library ships. */
export type Shape =
  | { kind: "text" | "number" | "boolean" | "bytes" | "time" | "anything" }
  | { kind: "enum"; name: string; values: readonly (string | number | boolean)[] }
  | { kind: "list"; item: Shape }
  | { kind: "map"; value: Shape }
  | { kind: "structure"; name: string; members: () => ReadonlyMap<string, Member> }
  | { kind: "any-of"; shapes: readonly Shape[] };

/** A member of a structure. */
export interface Member {
  required: boolean;
  shape: Shape;
}
