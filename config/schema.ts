import { Type, type Static, type TSchemaOptions } from "typebox";

/** `must` completes "KEY must …" in the error for a value that the schema does not allow. */
interface Rule extends TSchemaOptions {
  must: string;
}

const whole = (least: number, most: number, standard: number) =>
  Type.Integer({
    minimum: least,
    maximum: most,
    default: standard,
    must: `be a whole number from ${least} to ${most}`,
  });
const choice = <const Choice extends string>(choices: readonly Choice[], standard: Choice) =>
  Type.Enum([...choices], { type: "string", default: standard, must: `be ${choices.join(" or ")}` });
const flag = (standard: boolean) => Type.Boolean({ default: standard, must: "be true or false" });
const text = (pattern: string, must: string, options: object = {}) => Type.String({ pattern, must, ...options });
const closed = { additionalProperties: false } as const;

/** A live channel. */
const Channel = Type.Object(
  {
    id: text(
      "^[a-z0-9][a-z0-9-]{0,31}$",
      "be 1 to 32 lowercase letters, digits and hyphens, beginning with a letter or digit",
    ),
    name: Type.Optional(text("\\S", "be a name, as text")),
  },
  { ...closed, must: "be an object such as {id: main, name: Main}" },
);

/** One rung of the ladder. The width follows from 16:9. */
const Rendition = Type.Object(
  {
    name: text("^[a-z0-9]{1,16}$", "be 1 to 16 lowercase letters and digits"),
    height: Type.Integer({
      minimum: 144,
      maximum: 1080,
      multipleOf: 2,
      must: "be an even number of pixels from 144 to 1080",
    }),
    bitrate: Type.Integer({ minimum: 100_000, maximum: 20_000_000, must: "be 100000 to 20000000 bits per second" }),
  },
  { ...closed, must: "be an object such as {name: 720p, height: 720, bitrate: 2500000}" },
);

/** When a channel starts and stops automatically. */
const Schedule = Type.Object(
  {
    channel: Type.String({ must: "be the id of a channel" }),
    start: Type.String({ must: "be at(2026-11-22T18:00:00) or cron(0 18 ? * SAT *)" }),
    stop: Type.String({ must: "be at(2026-11-22T18:00:00) or cron(0 18 ? * SAT *)" }),
    timezone: Type.Optional(Type.String({ must: "be an IANA time zone such as Europe/Vienna" })),
  },
  { ...closed, must: "be an object with channel, start and stop" },
);

/** A rendition as the defaults name it. */
const rung = (height: number, bitrate: number) => ({ name: `${height}p`, height, bitrate });

/**
 * The stack's configuration: what each key may hold, and its default. `Pulumi.yaml` describes the keys for people; a
 * test compares the two.
 */
export const ConfigSchema = Type.Object({
  channels: Type.Array(Channel, {
    minItems: 1,
    default: [{ id: "main", name: "Main" }],
    must: "list at least one channel",
  }),
  ingestCidrs: Type.Array(Type.String({ must: "be an IPv4 range such as 203.0.113.7/32" }), {
    minItems: 1,
    must: 'list the addresses that may stream, such as ["203.0.113.7/32"]',
  }),
  allowOpenIngest: flag(false),
  ingest: choice(["rtmp", "srt"], "rtmp"),
  channelClass: choice(["SINGLE_PIPELINE", "STANDARD"], "SINGLE_PIPELINE"),
  rolloverSeconds: whole(4, 3600, 60),
  segmentSeconds: whole(1, 6, 2),
  frameRate: whole(24, 60, 30),
  ladder: Type.Array(Rendition, {
    minItems: 1,
    maxItems: 8,
    default: [rung(720, 2_500_000), rung(480, 1_200_000), rung(360, 700_000)],
    must: "list 1 to 8 renditions",
  }),
  encodeAll: flag(false),
  allowLocalWebhooks: flag(false),
  people: Type.Array(Type.String({ pattern: "\\S", maxLength: 100, must: "be a name of 1 to 100 characters" }), {
    default: ["Son Heung-min"],
    must: "be a list of names",
  }),
  celebrities: flag(true),
  shots: flag(false),
  similarityThreshold: whole(0, 100, 80),
  clipPaddingMs: whole(0, 60_000, 500),
  clipGapMs: whole(0, 600_000, 3000),
  clipMinMs: whole(0, 60_000, 250),
  startoverSeconds: whole(60, 1_209_600, 10_800),
  manifestWindowSeconds: whole(30, 900, 60),
  archiveRetentionDays: whole(1, 3650, 7),
  mediaRetentionDays: whole(1, 3650, 365),
  logRetentionDays: whole(1, 3653, 30),
  protectData: flag(true),
  privateIngest: Type.Object(
    { cidr: Type.Optional(Type.String({ must: "be a private IPv4 range from /16 to /26 such as 10.20.0.0/24" })) },
    { ...closed, default: {}, must: "be an object such as {cidr: 10.20.0.0/24}" },
  ),
  idleStopMinutes: whole(0, 1440, 30),
  channelSchedule: Type.Array(Schedule, { default: [], must: "be a list of schedules" }),
  alarmEmail: Type.String({ default: "", must: "be a valid email address" }),
  monthlyBudgetUsd: whole(0, 10_000_000, 0),
  viewerProtocol: choice(["https", "http"], "https"),
  priceClass: choice(["PriceClass_100", "PriceClass_200", "PriceClass_All"], "PriceClass_100"),
});

/** The configuration as it is given, with defaults. */
export type ConfigValues = Static<typeof ConfigSchema>;

/** What an allowed value must be. */
export function mustOf(schema: object): string {
  const { must } = schema as Partial<Rule>;
  return must ?? "be valid";
}
