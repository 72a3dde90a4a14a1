import { Type } from "typebox";
import { WallClock } from "./common.ts";

/** A new admin token. */
export const AdminTokenSchema = Type.Object(
  {
    token: Type.String({ description: "The new token. It is told only here." }),
    previousUntil: WallClock("Until when the token that it replaces still counts, UTC."),
  },
  {
    $id: "AdminToken",
    additionalProperties: false,
    description: "A new admin token.",
    examples: [{ token: "uF2…", previousUntil: "2026-11-22T18:02:30.500Z" }],
  },
);
