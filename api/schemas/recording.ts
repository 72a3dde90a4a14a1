import { Type } from "typebox";
import { failureKinds } from "../../domain/failure.ts";
import { BroadcastName, ChannelId, Cursor, Limit, nextCursor, WallClock } from "./common.ts";
import { nullable, reference } from "./reference.ts";

/** Why a recording failed or is idle. `spare`: a second pipeline recorded what the first did. */
const recordingErrors = [...failureKinds, "nobody-streamed", "spare"] as const;

const RecordingState = Type.Enum(["archived", "converting", "analysing", "indexed", "idle", "failed"], {
  type: "string",
  description:
    "The recording's state. `idle`: nobody streamed while it was recorded, or a second pipeline recorded what the " +
    "first did, so it was not converted.",
});

/** One archived piece of a broadcast. */
export const RecordingSchema = Type.Object(
  {
    id: Type.String({ examples: ["main.20261122T180000.000012"] }),
    channel: ChannelId,
    broadcast: BroadcastName,
    state: RecordingState,
    start: nullable(WallClock("UTC."), "When it starts; known once it is converted or idle."),
    durationMs: nullable(Type.Integer({ minimum: 0 }), "Known once it is converted or idle."),
    frames: nullable(
      Type.Object(
        {
          path: Type.String({
            description: "Path of each picture: `{index}` stands for seven digits, the first is 0.",
          }),
          everyMs: Type.Integer({ minimum: 1, description: "Between one picture and the next; the first is at 0." }),
          count: Type.Integer({ minimum: 1 }),
        },
        { additionalProperties: false },
      ),
      "Pictures of it, to preview a time; there once it is converted.",
    ),
    error: nullable(Type.String(), "Why it failed or is idle, in one sentence."),
    errorCode: nullable(
      Type.Enum(recordingErrors, { type: "string" }),
      "The same as a stable code, for programs that speak another language.",
    ),
    errorDetail: Type.Optional(
      Type.String({
        description:
          "The same in the words of the service that refused it, with names of buckets. Returned only with the admin " +
          "token, for a recording that failed.",
      }),
    ),
  },
  {
    $id: "Recording",
    additionalProperties: false,
    description: "One archived piece of a broadcast.",
    examples: [
      {
        id: "main.20261122T180000.000012",
        channel: "main",
        broadcast: "20261122T180000",
        state: "indexed",
        start: "2026-11-22T18:12:00.000Z",
        durationMs: 60000,
        frames: {
          path: "/vod/main/20261122T180000/000012/posters/poster.{index}.jpg",
          everyMs: 2000,
          count: 30,
        },
        error: null,
        errorCode: null,
      },
    ],
  },
);

/** A page of recordings. */
export const RecordingListSchema = Type.Object(
  { items: Type.Array(reference(RecordingSchema)), nextCursor },
  { $id: "RecordingList", additionalProperties: false },
);

/** Selects recordings. */
export const RecordingFilterSchema = Type.Object(
  {
    channel: Type.Optional(ChannelId),
    broadcast: Type.Optional(BroadcastName),
    state: Type.Optional(
      Type.Array(RecordingState, {
        minItems: 1,
        maxItems: 6,
        description: "Recordings in any of these states: repeat it, or separate them by commas.",
      }),
    ),
    order: Type.Optional(
      Type.Enum(["asc", "desc"], { type: "string", default: "desc", description: "Oldest or newest first." }),
    ),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  { additionalProperties: false },
);
