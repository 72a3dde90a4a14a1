import { Type, type TSchema } from "typebox";

/** The header in which an act tells the id that takes it back. */
export const undoIdHeader = "undo-id";

/** What the documentation says of every such act. */
export const undoable = "Within an hour, `POST /undo/ID` with the id in the response's `undo-id` takes it back.";

/** The response, with the header in which the undo id comes. */
export function withUndoId<Schema extends TSchema>(schema: Schema): Schema {
  const description = "Takes this back: `POST /undo/ID`, within an hour.";
  return { ...schema, headers: { [undoIdHeader]: { type: "string", description } } };
}

/** An act that was taken back. */
export const UndoneSchema = Type.Object(
  {
    kind: Type.Enum(["review", "delete", "merge"], { type: "string", description: "What was taken back." }),
    id: Type.String({ description: "The clip, the mark, or the person who has their own entry again." }),
  },
  {
    $id: "Undone",
    additionalProperties: false,
    description: "An act that was taken back.",
    examples: [{ kind: "review", id: "main.20261122T180000.son-heung-min.000012-34500" }],
  },
);
