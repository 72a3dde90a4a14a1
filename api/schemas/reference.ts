import { Type, type Static, type TSchema, type TUnsafe } from "typebox";

/** A reference to a schema that the OpenAPI document lists by its `$id`; of the same type. */
export function reference<Schema extends TSchema>(schema: Schema, description?: string): TUnsafe<Static<Schema>> {
  return Type.Unsafe<Static<Schema>>({
    $ref: `${schemaName(schema)}#`,
    ...(description !== undefined && { description }),
  });
}

/** The name of a schema in the OpenAPI document. Throws if it has none. */
function schemaName(schema: TSchema): string {
  if ("$id" in schema && typeof schema.$id === "string") return schema.$id;
  throw new Error("Only a schema with an $id can be referred to");
}

/** A property that is `null` while it is unknown. */
export function nullable<Schema extends TSchema>(schema: Schema, description: string): TUnsafe<Static<Schema> | null> {
  return Type.Unsafe<Static<Schema> | null>({ anyOf: [schema, { type: "null" }], description });
}
