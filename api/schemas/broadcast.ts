import { Type } from "typebox";
import { BroadcastName, ChannelId, Cursor, Limit, nextCursor, WallClock } from "./common.ts";
import { nullable, reference } from "./reference.ts";

/** One run of a channel. */
export const BroadcastSchema = Type.Object(
  {
    id: Type.String({ examples: ["main.20261122T180000"] }),
    channel: ChannelId,
    broadcast: BroadcastName,
    start: nullable(WallClock("UTC."), "When its first recording starts; known once one is converted."),
    end: nullable(
      WallClock("UTC."),
      "When its last converted recording ends. While it is on air, more may follow; a channel's `broadcast` and " +
        "`live` tell.",
    ),
    recordedMs: Type.Integer({
      minimum: 0,
      description: "Its length without the times of which no recording is converted, such as those without input.",
    }),
    recordings: Type.Integer({ minimum: 0, description: "Number of converted recordings." }),
    poster: nullable(Type.String(), "Path of a picture from its middle."),
  },
  {
    $id: "Broadcast",
    additionalProperties: false,
    description: "One run of a channel.",
    examples: [
      {
        id: "main.20261122T180000",
        channel: "main",
        broadcast: "20261122T180000",
        start: "2026-11-22T18:01:30.500Z",
        end: "2026-11-22T19:53:10.500Z",
        recordedMs: 6700000,
        recordings: 112,
        poster: "/vod/main/20261122T180000/000056/posters/poster.0000015.jpg",
      },
    ],
  },
);

/** A page of broadcasts. */
export const BroadcastListSchema = Type.Object(
  { items: Type.Array(reference(BroadcastSchema)), nextCursor },
  { $id: "BroadcastList", additionalProperties: false },
);

/** Selects broadcasts. */
export const BroadcastFilterSchema = Type.Object(
  { channel: Type.Optional(ChannelId), limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { additionalProperties: false },
);
