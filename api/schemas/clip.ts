import { Type, type Static } from "typebox";
import {
  BoxSchema,
  BroadcastName,
  ChannelId,
  Cursor,
  EventId,
  Limit,
  nextCursor,
  Order,
  PersonId,
  WallClock,
} from "./common.ts";
import { reference } from "./reference.ts";

const Review = Type.Enum(["unreviewed", "confirmed", "rejected"], {
  type: "string",
  description: "The editor's decision.",
});

const Similarity = Type.Number({
  minimum: 0,
  maximum: 100,
  description: "How certain the match is: the highest value of its appearances.",
});

const SubjectKind = Type.Enum(["person", "event"], {
  type: "string",
  description: "A person on the watch list, or an event of the match.",
});

/** Who or what a clip is about. */
export const SubjectSchema = Type.Object(
  {
    kind: SubjectKind,
    id: Type.String({ description: "As in `/people` or `/events`.", examples: ["son-heung-min"] }),
    name: Type.String(),
  },
  { $id: "Subject", additionalProperties: false, description: "Who or what a clip is about." },
);

/** A continuous range of a recording in which the subject was seen. */
export const AppearanceSchema = Type.Object(
  {
    recording: Type.String({ description: "The recording's id.", examples: ["main.20261122T180000.000012"] }),
    startMs: Type.Integer({ minimum: 0, description: "From the recording's start." }),
    endMs: Type.Integer({ minimum: 0, description: "From the recording's start." }),
    similarity: Similarity,
    box: reference(BoxSchema),
  },
  {
    $id: "Appearance",
    additionalProperties: false,
    description: "A continuous range of a recording in which the subject was seen, with the best face.",
  },
);

/** One moment of one subject in a broadcast. */
export const ClipSchema = Type.Object(
  {
    id: Type.String(),
    subject: reference(SubjectSchema),
    channel: ChannelId,
    broadcast: BroadcastName,
    start: WallClock("The in point, UTC."),
    end: WallClock("The out point, UTC."),
    durationMs: Type.Integer({ minimum: 0 }),
    similarity: Similarity,
    review: Review,
    poster: Type.String({ description: "Path of a picture of the best face." }),
    playlist: Type.String({
      description: "Path of the HLS playlist. `master.m3u8` in the same folder also offers lower renditions.",
    }),
    mp4: Type.String({
      description: "Path of the MP4 of the recording that holds most of the moment; the fragment says which part.",
    }),
    appearances: Type.Array(reference(AppearanceSchema)),
  },
  {
    $id: "Clip",
    additionalProperties: false,
    description: "One moment of one subject in a broadcast.",
    examples: [
      {
        id: "main.20261122T180000.son-heung-min.000012-34500",
        subject: { kind: "person", id: "son-heung-min", name: "Son Heung-min" },
        channel: "main",
        broadcast: "20261122T180000",
        start: "2026-11-22T18:12:34.000Z",
        end: "2026-11-22T18:12:41.500Z",
        durationMs: 7500,
        similarity: 98.4,
        review: "unreviewed",
        poster: "/vod/main/20261122T180000/000012/posters/poster.0000018.jpg",
        playlist: "/api/clips/main.20261122T180000.son-heung-min.000012-34500/playlist.m3u8",
        mp4: "/vod/main/20261122T180000/000012/recording.mp4#t=34.000,41.500",
        appearances: [
          {
            recording: "main.20261122T180000.000012",
            startMs: 34500,
            endMs: 41000,
            similarity: 98.4,
            box: { left: 0.41, top: 0.12, width: 0.14, height: 0.25 },
          },
        ],
      },
    ],
  },
);

/** A page of clips. */
export const ClipListSchema = Type.Object(
  { items: Type.Array(reference(ClipSchema)), nextCursor },
  { $id: "ClipList", additionalProperties: false },
);

/** What an editor says about a clip. */
export const ClipChangeSchema = Type.Object(
  {
    review: Type.Optional(Review),
    subject: Type.Optional(
      Type.String({
        pattern: "^[a-z0-9][a-z0-9-]{0,63}$",
        description: "The id of the person whom the clip shows, if it is not the one who was recognised.",
        examples: ["ada-lovelace"],
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ review: "confirmed" }, { subject: "ada-lovelace" }] },
);

const filters = {
  person: Type.Optional(
    Type.Array(PersonId, {
      minItems: 1,
      maxItems: 50,
      description: "Clips of any of these people: repeat it, or separate the ids by commas.",
    }),
  ),
  event: Type.Optional(
    Type.Array(EventId, {
      minItems: 1,
      maxItems: 20,
      description:
        "Clips of any of these events, such as goals. With `person`, or with `kind=person`: the moments of people " +
        "that overlap one of them in time.",
    }),
  ),
  kind: Type.Optional(SubjectKind),
  channel: Type.Optional(ChannelId),
  broadcast: Type.Optional(BroadcastName),
  from: Type.Optional(
    Type.String({
      format: "date-time",
      description: "Clips that start at this time or later.",
      examples: ["2026-11-22T18:00:00Z"],
    }),
  ),
  to: Type.Optional(
    Type.String({
      format: "date-time",
      description: "Clips that start before this time.",
      examples: ["2026-11-22T19:00:00Z"],
    }),
  ),
  minSimilarity: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: "Clips at least this similar." })),
  review: Type.Optional(Review),
};

/** Selects clips and a page of them. */
export const ClipFilterSchema = Type.Object(
  {
    ...filters,
    order: Type.Optional(Order),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  { additionalProperties: false },
);

const Rendition = Type.String({
  minLength: 1,
  maxLength: 32,
  description: "A rendition of the ladder instead of the source quality.",
  examples: ["480p"],
});

/** Maximum number of clips in a reel. */
export const reelClipsAtMost = 500;

/** Selects the clips of a reel. */
export const ReelFilterSchema = Type.Object(
  {
    ...filters,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: reelClipsAtMost,
        description: "Joins only so many clips: the first ones in time. Without it, more than 500 are an error.",
      }),
    ),
    rendition: Type.Optional(Rendition),
  },
  { additionalProperties: false },
);

/** Selects the rendition to play. */
export const RenditionQuery = Type.Object({ rendition: Type.Optional(Rendition) }, { additionalProperties: false });

/** The filters that clips and reels share. */
export type ClipFilters = Pick<Static<typeof ClipFilterSchema>, keyof typeof filters>;
