import { Type } from "typebox";
import { markDefaults, markReachMs } from "../../domain/marks.ts";
import { ClipSchema, SubjectSchema } from "./clip.ts";
import { ChannelId, Cursor, EventId, Limit, nextCursor, Order, WallClock } from "./common.ts";
import { reference } from "./reference.ts";

/** A time that an editor marked. */
export const MarkSchema = Type.Object(
  {
    id: Type.String({ examples: ["main._goal.20261122T181234567"] }),
    channel: ChannelId,
    subject: reference(SubjectSchema),
    at: WallClock("The marked time."),
    start: WallClock("Where the clip begins, if that was recorded."),
    end: WallClock("Where the clip ends, if that was recorded."),
    clips: Type.Array(reference(ClipSchema), {
      description:
        "Empty until a recording of the time is converted; then one, which grows until all of its recordings are. " +
        "Two if the channel was restarted within the time.",
    }),
  },
  {
    $id: "Mark",
    additionalProperties: false,
    description: "A time of a channel that an editor marked as an event of the match.",
    examples: [
      {
        id: "main._goal.20261122T181234567",
        channel: "main",
        subject: { kind: "event", id: "_goal", name: "Goal" },
        at: "2026-11-22T18:12:34.567Z",
        start: "2026-11-22T18:12:22.567Z",
        end: "2026-11-22T18:12:40.567Z",
        clips: [],
      },
    ],
  },
);

/** A page of marks. */
export const MarkListSchema = Type.Object(
  { items: Type.Array(reference(MarkSchema)), nextCursor },
  { $id: "MarkList", additionalProperties: false },
);

const Reach = (side: string, value: number) =>
  Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: markReachMs,
      default: value,
      description: `How much of the time ${side} it belongs to the clip.`,
    }),
  );

/** What to mark. */
export const NewMarkSchema = Type.Object(
  {
    label: Type.String({
      minLength: 1,
      maxLength: 60,
      pattern: "\\S",
      description:
        "What happened. Labels that differ only in case, accents or punctuation are the same event; it keeps the " +
        "first one as its name.",
      examples: ["Goal"],
    }),
    at: Type.Optional(
      Type.String({
        format: "date-time",
        description:
          "When it happened; now, if absent. What a viewer sees is some seconds old: a page should send the time of " +
          "the picture (EXT-X-PROGRAM-DATE-TIME of the live playlist).",
        examples: ["2026-11-22T18:12:34.567Z"],
      }),
    ),
    beforeMs: Reach("before", markDefaults.beforeMs),
    afterMs: Reach("after", markDefaults.afterMs),
  },
  { additionalProperties: false, examples: [{ label: "Goal" }, { label: "Save", at: "2026-11-22T18:12:34.567Z" }] },
);

/** Selects marks of a channel and a page of them. */
export const MarkFilterSchema = Type.Object(
  {
    event: Type.Optional(EventId),
    from: Type.Optional(
      Type.String({
        format: "date-time",
        description: "Marks at this time or later.",
        examples: ["2026-11-22T18:00:00Z"],
      }),
    ),
    to: Type.Optional(
      Type.String({
        format: "date-time",
        description: "Marks before this time.",
        examples: ["2026-11-22T19:00:00Z"],
      }),
    ),
    order: Type.Optional(Order),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  { additionalProperties: false },
);
