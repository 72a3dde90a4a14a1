import { Type } from "typebox";
import { ClipFilterSchema } from "./clip.ts";
import { WallClock } from "./common.ts";

/** One MP4 made of clips. */
export const ExportSchema = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum(["waiting", "running", "complete", "failed"], { type: "string" }),
    progress: Type.Integer({ minimum: 0, maximum: 100, description: "Percent of the work; 100 when complete." }),
    mp4: Type.Unsafe<string | null>({
      anyOf: [{ type: "string" }, { type: "null" }],
      description: "Path of the file, which browsers save as `fileName`; null until complete.",
    }),
    fileName: Type.String(),
    clips: Type.Integer({ minimum: 1, description: "Number of moments in it." }),
    durationMs: Type.Integer({ minimum: 0 }),
    expiresAt: WallClock("When the file is deleted; it can be made again."),
    error: Type.Unsafe<string | null>({
      anyOf: [{ type: "string" }, { type: "null" }],
      description: "Why it failed, and what to do.",
    }),
    errorDetail: Type.Optional(Type.String({ description: "What the service said; only for editors." })),
  },
  {
    $id: "Export",
    additionalProperties: false,
    description: "One MP4 of a moment, or of several one after the other.",
    examples: [
      {
        id: "0d4f2f7cbb1c4e5a9a3f2d1e6b7c8d90",
        state: "running",
        progress: 40,
        mp4: null,
        fileName: "Son Heung-min 2026-11-22 18.12.34.mp4",
        clips: 1,
        durationMs: 7500,
        expiresAt: "2026-11-29T18:20:00.000Z",
        error: null,
      },
    ],
  },
);

/** Which clips to join: the filters of a list. */
export const ExportFilterSchema = Type.Omit(ClipFilterSchema, ["order", "limit", "cursor"], {
  additionalProperties: false,
  examples: [{ person: ["son-heung-min"], minSimilarity: 90 }],
});

/** The shape of the picture. */
export const ExportQuery = Type.Object(
  {
    aspect: Type.Optional(
      Type.Enum(["9:16"], {
        type: "string",
        description: "Upright, for phones: the part of the picture around the face. Otherwise the whole picture.",
      }),
    ),
  },
  { additionalProperties: false },
);
