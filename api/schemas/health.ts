import { Type } from "typebox";

/** The state of the API and its dependencies. */
export const HealthSchema = Type.Object(
  {
    status: Type.Literal("ok"),
    versions: Type.Object({ spotlight: Type.String(), node: Type.String() }, { additionalProperties: false }),
    checks: Type.Array(
      Type.Object({ name: Type.String(), durationMs: Type.Integer() }, { additionalProperties: false }),
    ),
  },
  {
    $id: "Health",
    additionalProperties: false,
    description: "Versions, and what was checked.",
    examples: [
      {
        status: "ok",
        versions: { spotlight: "0.1.0", node: "24.21.0" },
        checks: [{ name: "catalogue", durationMs: 7 }],
      },
    ],
  },
);
