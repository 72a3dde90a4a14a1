import { Type } from "typebox";
import { BroadcastName, ChannelId, PersonId, WallClock } from "./common.ts";
import { nullable } from "./reference.ts";

const Count = (description: string) => Type.Integer({ minimum: 0, description });
const Time = (description: string) =>
  Type.String({ format: "date-time", description, examples: ["2026-11-22T18:00:00Z"] });

const range = {
  channel: Type.Optional(ChannelId),
  broadcast: Type.Optional(BroadcastName),
  from: Type.Optional(Time("Recordings that end after this time.")),
  to: Type.Optional(Time("Recordings that start before this time.")),
};

/** What to search; no body means all of the archive. */
export const NewSearchSchema = nullable(
  Type.Object(
    {
      ...range,
      dryRun: Type.Optional(
        Type.Boolean({ default: false, description: "Only say how much there is to search; nothing is started." }),
      ),
    },
    { additionalProperties: false, examples: [{ channel: "main", from: "2026-11-22T18:00:00Z", dryRun: true }] },
  ),
  "Which recordings to search; all of them without a body.",
);

/** A search for a person in what is archived already. */
export const SearchSchema = Type.Object(
  {
    person: PersonId,
    state: Type.Enum(["planned", "running", "done", "cancelled"], {
      type: "string",
      description: "`planned`: of a dry run.",
    }),
    ...range,
    startedAt: nullable(WallClock("UTC."), "When it was started; null of a dry run."),
    changedAt: nullable(WallClock("UTC."), "When it last made progress; null of a dry run."),
    minutes: Type.Number({
      minimum: 0,
      description: "Minutes of recordings to search. On AWS, Rekognition bills them by detector: see docs/cost.md.",
    }),
    progress: Type.Object(
      { done: Count("Recordings that need nothing more."), of: Count("Recordings to search.") },
      { additionalProperties: false },
    ),
    found: Count("Recordings in which the person was seen. Their clips are listed as they are found."),
    expired: Count("Recordings whose files no longer exist; skipped."),
    failed: Count("Recordings that could not be searched; the function's log says why. Start the search again."),
  },
  {
    $id: "Search",
    additionalProperties: false,
    description: "A search for a person in what is archived already.",
    examples: [
      {
        person: "son-heung-min",
        state: "running",
        channel: "main",
        startedAt: "2026-11-22T20:00:00.000Z",
        changedAt: "2026-11-22T20:01:12.000Z",
        minutes: 118.5,
        progress: { done: 42, of: 119 },
        found: 17,
        expired: 0,
        failed: 0,
      },
    ],
  },
);
