import { Config, getStack, RunError } from "@pulumi/pulumi";
import { scheduleProblem } from "./config/schedule-expression.ts";
import { isChannelId, personSlug } from "./domain/ids.ts";

/** A live channel as the configuration names it. */
export interface ChannelConfig {
  /** Lower case letters, digits and hyphens, at most 32; part of archive keys and URLs. */
  readonly id: string;
  readonly name: string;
}

/** When a channel is started and stopped by itself; see `config/schedule-expression.ts`. */
export interface ScheduleConfig {
  /** Id of one of the channels. */
  readonly channel: string;
  readonly start: string;
  readonly stop: string;
  /** Of the IANA's list. */
  readonly timezone: string;
}

/** A network of the stack's own, reached over VPN or Direct Connect. */
export interface PrivateIngestConfig {
  /** Its addresses, `10.20.0.0/24`. */
  readonly cidr: string;
}

/** One rung of the ladder. The width follows from 16:9. */
export interface RenditionConfig {
  /** `720p`; part of file names. */
  readonly name: string;
  /** Pixels; even. */
  readonly height: number;
  /** Bits per second. */
  readonly bitrate: number;
}

/** The stack's configuration, checked and complete. `Pulumi.yaml` describes each key. */
export interface SpotlightConfig {
  readonly channels: readonly ChannelConfig[];
  readonly ingestCidrs: readonly string[];
  readonly channelClass: "SINGLE_PIPELINE" | "STANDARD";
  readonly rolloverSeconds: number;
  readonly segmentSeconds: number;
  readonly frameRate: number;
  /** Highest first. */
  readonly ladder: readonly RenditionConfig[];
  readonly people: readonly string[];
  readonly celebrities: boolean;
  readonly similarityThreshold: number;
  readonly clipPaddingMs: number;
  readonly clipGapMs: number;
  readonly clipMinMs: number;
  readonly startoverSeconds: number;
  readonly manifestWindowSeconds: number;
  readonly archiveRetentionDays: number;
  readonly mediaRetentionDays: number;
  readonly logRetentionDays: number;
  readonly protectData: boolean;
  /** The private network that inputs are in; undefined: they are on the internet. */
  readonly privateIngest: PrivateIngestConfig | undefined;
  /** A channel that runs so long without a picture is stopped; 0: never. */
  readonly idleStopMinutes: number;
  readonly channelSchedule: readonly ScheduleConfig[];
  /** Who gets the alarms' mails; undefined: nobody. */
  readonly alarmEmail: string | undefined;
  /** US dollars; undefined: no budget. */
  readonly monthlyBudgetUsd: number | undefined;
  readonly viewerProtocol: "https" | "http";
  readonly priceClass: "PriceClass_100" | "PriceClass_200" | "PriceClass_All";
}

/**
 * A configuration value that the stack cannot be made with. The message is one sentence that says which, why and what
 * to do; as a `RunError`, Pulumi prints it alone, without a stack trace.
 */
export class ConfigError extends RunError {
  readonly code = "INVALID_CONFIG";
  override readonly name = "ConfigError";
  readonly key: string;

  constructor(key: string, problem: string) {
    super(`Configuration value spotlight:${key} ${problem}.`);
    this.key = key;
  }
}

/** Where values come from: `pulumi.Config`, or a map in tests. Every value is a string; lists are JSON. */
export interface ConfigSource {
  get(key: string): string | undefined;
}

/**
 * Reads and checks the stack's configuration.
 *
 * @throws {ConfigError} for the first value that is missing or out of its range.
 */
export function readConfig(
  source: ConfigSource = new Config("spotlight"),
  stack: string = getStack(),
): SpotlightConfig {
  const read = new Reader(source);
  const channels = readChannels(read, stack);
  const config: SpotlightConfig = {
    channels,
    ingestCidrs: readIngestCidrs(read),
    channelClass: read.choice("channelClass", ["SINGLE_PIPELINE", "STANDARD"], "SINGLE_PIPELINE"),
    rolloverSeconds: read.integer("rolloverSeconds", 4, 3600, 60),
    segmentSeconds: readSegmentSeconds(read),
    frameRate: read.integer("frameRate", 24, 60, 30),
    ladder: readLadder(read),
    people: readPeople(read),
    celebrities: read.boolean("celebrities", true),
    similarityThreshold: read.integer("similarityThreshold", 0, 100, 80),
    clipPaddingMs: read.integer("clipPaddingMs", 0, 60_000, 500),
    clipGapMs: read.integer("clipGapMs", 0, 600_000, 3000),
    clipMinMs: read.integer("clipMinMs", 0, 60_000, 500),
    startoverSeconds: read.integer("startoverSeconds", 60, 1_209_600, 10_800),
    manifestWindowSeconds: read.integer("manifestWindowSeconds", 30, 900, 60),
    archiveRetentionDays: read.integer("archiveRetentionDays", 1, 3650, 7),
    mediaRetentionDays: read.integer("mediaRetentionDays", 1, 3650, 365),
    logRetentionDays: readLogRetention(read),
    protectData: read.boolean("protectData", true),
    privateIngest: readPrivateIngest(read),
    idleStopMinutes: read.integer("idleStopMinutes", 0, 1440, 30),
    channelSchedule: readChannelSchedule(read, channels),
    alarmEmail: readAlarmEmail(read),
    monthlyBudgetUsd: read.integer("monthlyBudgetUsd", 0, 10_000_000, 0) || undefined,
    viewerProtocol: read.choice("viewerProtocol", ["https", "http"], "https"),
    priceClass: read.choice("priceClass", ["PriceClass_100", "PriceClass_200", "PriceClass_All"], "PriceClass_100"),
  };
  if (config.rolloverSeconds % 2 !== 0) {
    throw new ConfigError(
      "rolloverSeconds",
      `is ${config.rolloverSeconds}, but must be even, since a recording is cut between GOPs of 2 seconds`,
    );
  }
  return deepFreeze(config);
}

/**
 * Segments are whole GOPs, and a GOP is 2 seconds (1 for segments of 1 second), so that recordings can be cut without
 * encoding.
 */
function readSegmentSeconds(read: Reader): number {
  const seconds = read.integer("segmentSeconds", 1, 6, 2);
  if (seconds !== 1 && seconds % 2 !== 0)
    throw new ConfigError("segmentSeconds", `is ${seconds}, but must be 1, 2, 4 or 6`);
  return seconds;
}

/**
 * The longest name that holds a channel's id is its role's, which IAM bounds:
 * `spotlight-STACK-channel-ID-encoder-1234567`.
 */
const longestRoleName = 64;

function readChannels(read: Reader, stack: string): ChannelConfig[] {
  if (!/^[a-z0-9][a-z0-9-]{0,19}$/.test(stack)) {
    throw new RunError(
      "The stack's name is part of bucket names, so it must be 1 to 20 lower case letters, digits and " +
        `hyphens, but is ${show(stack)}; make a stack with another name.`,
    );
  }
  const longestId = longestRoleName - `spotlight-${stack}-channel--encoder-1234567`.length;
  const channels = read.list("channels", [{ id: "main", name: "Main" }], (item, at) => {
    const { id, name } = read.object("channels", item, at);
    if (typeof id !== "string" || !isChannelId(id)) {
      throw new ConfigError(
        "channels",
        `has an id at ${at} that is not 1 to 32 lower case letters, digits and hyphens, beginning with a ` +
          `letter or digit: ${show(id)}`,
      );
    }
    if (name !== undefined && (typeof name !== "string" || name.trim() === "")) {
      throw new ConfigError("channels", `has a name at ${at} that is no text: ${show(name)}`);
    }
    if (id.length > longestId)
      throw new ConfigError(
        "channels",
        `has an id at ${at} that makes names longer than AWS allows in the stack "${stack}"; give it at most ` +
          `${longestId} characters: ${show(id)}`,
      );
    return { id, name: name ?? id };
  });
  if (channels.length === 0) throw new ConfigError("channels", "is empty; name at least one channel");
  rejectDuplicates(
    "channels",
    "id",
    channels.map((channel) => channel.id),
  );
  return channels;
}

function readIngestCidrs(read: Reader): string[] {
  const cidrs = read.list("ingestCidrs", undefined, (item, at) => {
    if (typeof item !== "string" || !isIpv4Cidr(item)) {
      throw new ConfigError("ingestCidrs", `has at ${at} no IPv4 range such as 203.0.113.7/32: ${show(item)}`);
    }
    return item;
  });
  if (cidrs.length === 0)
    throw new ConfigError("ingestCidrs", 'is empty; give the addresses that may stream, such as ["203.0.113.7/32"]');
  if (!read.boolean("allowOpenIngest", false) && cidrs.some((cidr) => cidr.endsWith("/0"))) {
    throw new ConfigError(
      "ingestCidrs",
      "lets the whole internet stream; name the addresses that may, or set spotlight:allowOpenIngest to true",
    );
  }
  rejectDuplicates("ingestCidrs", "range", cidrs);
  return cidrs;
}

function readLadder(read: Reader): RenditionConfig[] {
  const standard: RenditionConfig[] = [
    { name: "720p", height: 720, bitrate: 2_500_000 },
    { name: "480p", height: 480, bitrate: 1_200_000 },
    { name: "360p", height: 360, bitrate: 700_000 },
  ];
  const ladder = read.list("ladder", standard, (item, at) => {
    const { name, height, bitrate } = read.object("ladder", item, at);
    if (typeof name !== "string" || !/^[a-z0-9]{1,16}$/.test(name)) {
      throw new ConfigError(
        "ladder",
        `has a name at ${at} that is not 1 to 16 lower case letters and digits: ${show(name)}`,
      );
    }
    if (!isInteger(height) || height < 144 || height > 1080 || height % 2 !== 0) {
      throw new ConfigError(
        "ladder",
        `has a height at ${at} that is no even number of pixels from 144 to 1080: ${show(height)}`,
      );
    }
    if (!isInteger(bitrate) || bitrate < 100_000 || bitrate > 20_000_000) {
      throw new ConfigError(
        "ladder",
        `has a bitrate at ${at} that is not 100000 to 20000000 bits per second: ${show(bitrate)}`,
      );
    }
    return { name, height, bitrate };
  });
  if (ladder.length === 0 || ladder.length > 8)
    throw new ConfigError("ladder", `has ${ladder.length} renditions; give 1 to 8`);
  rejectDuplicates(
    "ladder",
    "name",
    ladder.map((rendition) => rendition.name),
  );
  for (const [above, below] of ladder.slice(1).map((rendition, at) => [ladder[at]!, rendition] as const)) {
    if (below.height >= above.height || below.bitrate >= above.bitrate) {
      throw new ConfigError(
        "ladder",
        `is not in falling order: ${below.name} must have a lower height and bitrate than ${above.name}`,
      );
    }
  }
  return ladder;
}

function readPeople(read: Reader): string[] {
  const people = read.list("people", ["Son Heung-min"], (item, at) => {
    if (typeof item !== "string" || item.trim() === "" || item.length > 100) {
      throw new ConfigError("people", `has at ${at} no name of 1 to 100 characters: ${show(item)}`);
    }
    return item.trim();
  });
  rejectDuplicates("people", "person", people.map(personSlug));
  return people;
}

function readChannelSchedule(read: Reader, channels: readonly ChannelConfig[]): ScheduleConfig[] {
  return read.list("channelSchedule", [], (item, at) => {
    const { channel, start, stop, timezone = "UTC" } = read.object("channelSchedule", item, at);
    if (typeof channel !== "string" || !channels.some(({ id }) => id === channel))
      throw new ConfigError("channelSchedule", `names at ${at} none of the channels: ${show(channel)}`);
    if (typeof start !== "string" || typeof stop !== "string" || typeof timezone !== "string")
      throw new ConfigError("channelSchedule", `must have the texts start and stop (and may have timezone) at ${at}`);
    const problem = scheduleProblem(start, timezone) ?? scheduleProblem(stop, timezone);
    if (problem !== undefined) throw new ConfigError("channelSchedule", `${problem} at ${at}`);
    return { channel, start, stop, timezone };
  });
}

/** An empty object, as `Pulumi.yaml` has it, is none. */
function readPrivateIngest(read: Reader): PrivateIngestConfig | undefined {
  const { cidr, ...others } = read.members("privateIngest");
  const [other] = Object.keys(others);
  if (other !== undefined) throw new ConfigError("privateIngest", `has "${other}", but knows only cidr`);
  if (cidr === undefined) return undefined;
  if (
    typeof cidr !== "string" ||
    !isIpv4Cidr(cidr) ||
    !isPrivate(cidr) ||
    prefixLength(cidr) < 16 ||
    prefixLength(cidr) > 26
  ) {
    throw new ConfigError(
      "privateIngest",
      `has as cidr no private IPv4 range from /16 to /26 such as 10.20.0.0/24: ${show(cidr)}`,
    );
  }
  return { cidr };
}

/** https://www.rfc-editor.org/rfc/rfc1918 */
function isPrivate(cidr: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(cidr);
}

function prefixLength(cidr: string): number {
  return Number(cidr.slice(cidr.indexOf("/") + 1));
}

/** No text, as `Pulumi.yaml` has it, is nobody: Pulumi asks for every value that has no default. */
function readAlarmEmail(read: Reader): string | undefined {
  const address = read.text("alarmEmail", "").trim();
  if (address === "") return undefined;
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address))
    throw new ConfigError("alarmEmail", `is no mail address: ${show(address)}`);
  return address;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function readLogRetention(read: Reader): number {
  const days = read.integer("logRetentionDays", 1, 3653, 30);
  if (!logRetentions.includes(days)) {
    throw new ConfigError(
      "logRetentionDays",
      `is ${days}, but CloudWatch Logs offers only ${logRetentions.join(", ")}`,
    );
  }
  return days;
}

/** Turns the strings of a source into typed values, with errors that name the key. */
class Reader {
  readonly #source: ConfigSource;

  constructor(source: ConfigSource) {
    this.#source = source;
  }

  integer(key: string, least: number, most: number, standard: number): number {
    const text = this.#source.get(key);
    if (text === undefined) return standard;
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw new ConfigError(key, `is ${show(text)}, but must be a whole number from ${least} to ${most}`);
    return value;
  }

  text(key: string, standard: string): string {
    return this.#source.get(key) ?? standard;
  }

  boolean(key: string, standard: boolean): boolean {
    const text = this.#source.get(key);
    if (text === undefined) return standard;
    if (text !== "true" && text !== "false") throw new ConfigError(key, `is ${show(text)}, but must be true or false`);
    return text === "true";
  }

  choice<const Choice extends string>(key: string, choices: readonly Choice[], standard: Choice): Choice {
    const text = this.#source.get(key);
    if (text === undefined) return standard;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw new ConfigError(key, `is ${show(text)}, but must be ${choices.join(" or ")}`);
    return found;
  }

  /** `standard` undefined: the key must be given. */
  list<Item>(key: string, standard: Item[] | undefined, check: (item: unknown, at: string) => Item): Item[] {
    const text = this.#source.get(key);
    if (text === undefined) {
      if (standard === undefined) throw new ConfigError(key, "is missing; set it in the stack's configuration");
      return standard;
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new ConfigError(key, `is no JSON list: ${show(text)}`);
    }
    if (!Array.isArray(value)) throw new ConfigError(key, `must be a list, but is ${show(value)}`);
    return value.map((item: unknown, index) => check(item, `[${index}]`));
  }

  /** A JSON object; empty where there is none. */
  members(key: string): Record<string, unknown> {
    const text = this.#source.get(key) ?? "{}";
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new ConfigError(key, `is no JSON object: ${show(text)}`);
    }
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new ConfigError(key, `must be an object, but is ${show(value)}`);
    return { ...value };
  }

  object(key: string, item: unknown, at: string): Record<string, unknown> {
    if (typeof item !== "object" || item === null || Array.isArray(item))
      throw new ConfigError(key, `must have an object at ${at}, but has ${show(item)}`);
    return { ...item };
  }
}

/** Whether `text` is an IPv4 range in CIDR notation without host bits, as MediaLive asks of a security group's rule. */
export function isIpv4Cidr(text: string): boolean {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null || match.slice(1).some((part) => part.length > 1 && part.startsWith("0"))) return false;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || bits > 32) return false;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return address % 2 ** (32 - bits) === 0;
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function rejectDuplicates(key: string, what: string, values: readonly string[]): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) throw new ConfigError(key, `has the ${what} ${show(value)} twice`);
    seen.add(value);
  }
}

function show(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value) as unknown[]) {
    if (typeof inner === "object" && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
