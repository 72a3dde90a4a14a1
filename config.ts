import { Config, getStack, RunError } from "@pulumi/pulumi";
import { ConfigError, show } from "./config/config-error.ts";
import { isIpv4Range, isPrivateRange } from "./config/ipv4-range.ts";
import { readValues, type ConfigSource } from "./config/read-values.ts";
import { isTimezone, scheduleProblem } from "./config/schedule-expression.ts";
import type { ConfigValues } from "./config/schema.ts";
import { personSlug } from "./domain/ids.ts";

type Frozen<T> = T extends object ? { readonly [Key in keyof T]: Frozen<T[Key]> } : T;

/** The stack's configuration, checked and complete. `Pulumi.yaml` describes each key. */
export type SpotlightConfig = Frozen<
  Omit<
    ConfigValues,
    | "allowOpenIngest"
    | "channels"
    | "channelSchedule"
    | "privateIngest"
    | "alarmEmail"
    | "monthlyBudgetUsd"
    | "demoFunction"
  > & {
    channels: { id: string; name: string; streamKeyVersion?: number }[];
    channelSchedule: { channel: string; start: string; stop: string; timezone: string }[];
    /** The private network that inputs are in; undefined: they are on the internet. */
    privateIngest: { cidr: string } | undefined;
    /** Who gets the alarms' emails; undefined: nobody. */
    alarmEmail: string | undefined;
    /** US dollars; undefined: no budget. */
    monthlyBudgetUsd: number | undefined;
    /** The function that plays demo footage; undefined: there is none. */
    demoFunction: string | undefined;
  }
>;

/**
 * Reads and checks the stack's configuration.
 *
 * @throws {ConfigError} for the first value that is missing or not allowed
 */
export function readConfig(
  source: ConfigSource = new Config("spotlight"),
  stack: string = getStack(),
): SpotlightConfig {
  const { allowOpenIngest, ...values } = readValues(source);
  checkStack(stack);
  checkChannels(values.channels, stack);
  checkIngest(values.ingestCidrs, allowOpenIngest);
  checkSrt(values);
  checkTimes(values);
  checkLadder(values.ladder);
  const people = values.people.map((name) => name.trim());
  rejectDuplicates("people", "person", people.map(personSlug));
  return deepFreeze({
    ...values,
    people,
    channels: values.channels.map(({ id, name = id, ...rest }) => ({ id, name, ...rest })),
    privateIngest: privateIngestOf(values.privateIngest),
    channelSchedule: schedulesOf(values),
    alarmEmail: emailOf(values.alarmEmail),
    monthlyBudgetUsd: values.monthlyBudgetUsd === 0 ? undefined : values.monthlyBudgetUsd,
    demoFunction: values.demoFunction === "" ? undefined : values.demoFunction,
  });
}

function checkStack(stack: string): void {
  if (/^[a-z0-9][a-z0-9-]{0,19}$/.test(stack)) return;
  throw new RunError(
    "The stack's name is part of bucket names, so it must be 1 to 20 lowercase letters, digits and " +
      `hyphens; got ${show(stack)}. Create a stack with another name.`,
  );
}

/** The longest name that contains a channel id is its encoder role's: `spotlight-STACK-channel-ID-encoder-1234567`. */
const longestRoleName = 64;

function checkChannels(channels: ConfigValues["channels"], stack: string): void {
  const longestId = longestRoleName - `spotlight-${stack}-channel--encoder-1234567`.length;
  for (const [at, { id }] of channels.entries()) {
    if (id.length > longestId)
      throw new ConfigError(
        `channels[${at}].id`,
        `must have at most ${longestId} characters in the stack "${stack}", because IAM limits role names to ` +
          `${longestRoleName} characters; got ${show(id)}`,
      );
  }
  rejectDuplicates(
    "channels",
    "id",
    channels.map(({ id }) => id),
  );
}

function checkIngest(cidrs: readonly string[], allowOpenIngest: boolean): void {
  for (const [at, cidr] of cidrs.entries()) {
    if (!isIpv4Range(cidr))
      throw new ConfigError(`ingestCidrs[${at}]`, `must be an IPv4 range such as 203.0.113.7/32; got ${show(cidr)}`);
    if (cidr.endsWith("/0") && !allowOpenIngest)
      throw new ConfigError(
        `ingestCidrs[${at}]`,
        "lets the whole internet stream; list the allowed addresses, or set spotlight:allowOpenIngest to true",
      );
  }
  rejectDuplicates("ingestCidrs", "range", cidrs);
}

/** The program gives an SRT input one listener on the internet. */
function checkSrt({ ingest, channelClass, privateIngest }: ConfigValues | Omit<ConfigValues, "allowOpenIngest">): void {
  if (ingest !== "srt") return;
  if (channelClass === "STANDARD")
    throw new ConfigError("ingest", 'must be "rtmp" for channels of the class STANDARD; got "srt"');
  if (privateIngest.cidr !== undefined)
    throw new ConfigError("ingest", 'must be "rtmp" in a private network; got "srt"');
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Players and the conversion take segments of 2 seconds, or a multiple. */
function checkTimes({
  rolloverSeconds,
  segmentSeconds,
  logRetentionDays,
}: Pick<ConfigValues, "rolloverSeconds" | "segmentSeconds" | "logRetentionDays">): void {
  if (rolloverSeconds % 2 !== 0)
    throw new ConfigError(
      "rolloverSeconds",
      `must be even, because recordings become segments of 2 seconds; got ${rolloverSeconds}`,
    );
  if (segmentSeconds !== 1 && segmentSeconds % 2 !== 0)
    throw new ConfigError("segmentSeconds", `must be 1, 2, 4 or 6; got ${segmentSeconds}`);
  if (!logRetentions.includes(logRetentionDays))
    throw new ConfigError(
      "logRetentionDays",
      `must be a period that CloudWatch Logs offers (${logRetentions.join(", ")}); got ${logRetentionDays}`,
    );
}

function checkLadder(ladder: ConfigValues["ladder"]): void {
  rejectDuplicates(
    "ladder",
    "name",
    ladder.map(({ name }) => name),
  );
  for (const [at, below] of ladder.slice(1).entries()) {
    const above = ladder[at]!;
    if (below.height < above.height && below.bitrate < above.bitrate) continue;
    throw new ConfigError(
      `ladder[${at + 1}]`,
      `must have a lower height and bitrate than the rendition before it: ${below.name} follows ${above.name}`,
    );
  }
}

function schedulesOf({
  channelSchedule,
  channels,
}: Pick<ConfigValues, "channels" | "channelSchedule">): SpotlightConfig["channelSchedule"] {
  return channelSchedule.map(({ channel, start, stop, timezone = "UTC" }, at) => {
    const place = `channelSchedule[${at}]`;
    if (!channels.some(({ id }) => id === channel))
      throw new ConfigError(`${place}.channel`, `must be the id of a channel; got ${show(channel)}`);
    if (!isTimezone(timezone))
      throw new ConfigError(
        `${place}.timezone`,
        `must be an IANA time zone such as Europe/Vienna; got ${show(timezone)}`,
      );
    for (const [name, expression] of Object.entries({ start, stop })) {
      const problem = scheduleProblem(expression);
      if (problem !== undefined) throw new ConfigError(`${place}.${name}`, `${problem}; got ${show(expression)}`);
    }
    return { channel, start, stop, timezone };
  });
}

/** An empty object, the default in `Pulumi.yaml`, means none: Pulumi requires a value or a default for every key. */
function privateIngestOf({ cidr }: ConfigValues["privateIngest"]): SpotlightConfig["privateIngest"] {
  if (cidr === undefined) return undefined;
  if (isPrivateRange(cidr)) return { cidr };
  throw new ConfigError(
    "privateIngest.cidr",
    `must be a private IPv4 range from /16 to /26 such as 10.20.0.0/24; got ${show(cidr)}`,
  );
}

/** An empty text, the default in `Pulumi.yaml`, means nobody. */
function emailOf(given: string): string | undefined {
  const address = given.trim();
  if (address === "") return undefined;
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) return address;
  throw new ConfigError("alarmEmail", `must be a valid email address; got ${show(address)}`);
}

function rejectDuplicates(key: string, what: string, values: readonly string[]): void {
  const twice = values.find((value, at) => values.indexOf(value) !== at);
  if (twice !== undefined) throw new ConfigError(key, `contains the ${what} ${show(twice)} more than once`);
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value) as unknown[]) {
    if (typeof inner === "object" && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
