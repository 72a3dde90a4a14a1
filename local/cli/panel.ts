import { sizeText } from "../disk.ts";

/** The stack outputs that a user needs to get started. */
export interface StackOutputs {
  pageUrl: string;
  apiUrl: string;
  ingestServer: string;
  streamKey: string;
  adminToken: string;
  playbackUrl: string;
  /** All channels by id. */
  channels: Record<string, ChannelOutputs>;
}

/** Where to stream to one channel, and where to play it. */
export interface ChannelOutputs {
  ingestServer: string;
  streamKey: string;
  playbackUrl: string;
  /** Where a STANDARD channel's second encoder streams to. */
  standby?: { ingestServer: string; streamKey: string };
}

/**
 * The panel that is printed once Spotlight is ready: its URLs and the settings for OBS.
 *
 * @param options.isTokenRotated the admin token of the outputs no longer counts; only hashes are known of the new one
 * @param options.keep how much of recordings is kept, in bytes, if not all
 * @param options.isDiskLow whether recording waits for space; the log says how much
 * @param options.secretsIn the file to name instead of secrets, where what is printed may be kept, as in a log
 */
export function panel(
  outputs: StackOutputs,
  seconds: number,
  options: {
    isTokenRotated?: boolean;
    keep?: number | undefined;
    isDiskLow?: boolean;
    secretsIn?: string | undefined;
  } = {},
): string {
  const { isTokenRotated = false, keep, isDiskLow = false, secretsIn } = options;
  const rows: (readonly [string, string])[] = [
    ["Page", outputs.pageUrl],
    ["API", outputs.apiUrl],
    ...(isTokenRotated ? forRotatedToken(outputs) : secretsIn === undefined ? [adminRow(outputs)] : []),
    ["", ""],
    ...(secretsIn === undefined ? forObs(outputs) : withoutSecrets(outputs, secretsIn)),
    ...(keep === undefined
      ? []
      : [["Keeps", `${sizeText(keep)} of recordings, then deletes the oldest without confirmed clips`] as const]),
    ...(isDiskLow ? [["Disk", "Almost full: recording and conversion wait until there is space."] as const] : []),
  ];
  const title = `Spotlight is ready (${seconds.toFixed(1)} s)`;
  const lines = rows.map(([label, value]) => (label === "" ? "" : `${label.padEnd(16)}${value}`));
  const hint = "In OBS: Settings › Stream › Service: Custom. Ctrl-C stops Spotlight; all data is kept.";
  const width = Math.max(title.length, hint.length, ...lines.map((line) => line.length));
  const row = (text: string): string => `│ ${text.padEnd(width)} │`;
  return [
    `╭${"─".repeat(width + 2)}╮`,
    row(title),
    row(""),
    ...lines.map(row),
    row(""),
    row(hint),
    `╰${"─".repeat(width + 2)}╯`,
  ].join("\n");
}

function adminRow({ pageUrl, adminToken }: StackOutputs): [string, string] {
  return ["Admin", `${pageUrl}/#admin=${adminToken}`];
}

function withoutSecrets({ ingestServer }: StackOutputs, file: string): [string, string][] {
  return [
    ["OBS server", ingestServer],
    ["Secrets", `The stream key and the admin token are in ${file}`],
  ];
}

function forRotatedToken({ pageUrl }: StackOutputs): [string, string][] {
  return [
    ["Admin", `The token was rotated: open ${pageUrl}/#admin= followed by the new one.`],
    ["  ", "Lost it? Start with another --config adminTokenVersion=NUMBER, which makes a new token."],
  ];
}

/** Over RTMP, all channels share the server, and each has its own key; over SRT, each has its own address. */
function forObs({ ingestServer, streamKey, channels }: StackOutputs): [string, string][] {
  const all = Object.entries(channels);
  if (ingestServer.startsWith("srt:"))
    return all.map(([id, channel], at) => [
      at === 0 ? "OBS server" : "  ",
      `${channel.ingestServer}?pbkeylen=32&passphrase=${channel.streamKey}${nameOf(id, all)}`,
    ]);
  const server: [string, string] = ["OBS server", ingestServer];
  const second = all.flatMap(([id, { standby }]): [string, string][] =>
    standby === undefined ? [] : [["Second encoder", `${standby.ingestServer}/${standby.streamKey}${nameOf(id, all)}`]],
  );
  if (all.length === 1) return [server, ["OBS stream key", streamKey], ...second];
  return [server, ...streamKeys(all), ...second];
}

function streamKeys(all: readonly [string, ChannelOutputs][]): [string, string][] {
  return all.map(([id, channel], at) => [
    at === 0 ? "OBS stream keys" : "  ",
    `${channel.streamKey}${nameOf(id, all)}`,
  ]);
}

/** The channel's id behind its key, where there are several. */
function nameOf(id: string, all: readonly unknown[]): string {
  return all.length === 1 ? "" : `  ${id}`;
}

/** Reads the program's stack outputs; throws if one is missing. */
export function readOutputs(outputs: Record<string, unknown>): StackOutputs {
  const text = (name: Exclude<keyof StackOutputs, "channels">): string => textOf(outputs, name, name);
  const channels = membersOf(outputs["channels"], "channels");
  return {
    pageUrl: text("pageUrl"),
    apiUrl: text("apiUrl"),
    ingestServer: text("ingestServer"),
    streamKey: text("streamKey"),
    adminToken: text("adminToken"),
    playbackUrl: text("playbackUrl"),
    channels: Object.fromEntries(
      Object.entries(channels).map(([id, value]) => {
        const channel = membersOf(value, `channels.${id}`);
        const path = `channels.${id}`;
        const second = channel["standby"] === undefined ? undefined : membersOf(channel["standby"], `${path}.standby`);
        return [
          id,
          {
            ...ingestOf(channel, path),
            playbackUrl: textOf(channel, "playbackUrl", `${path}.playbackUrl`),
            ...(second && { standby: ingestOf(second, `${path}.standby`) }),
          },
        ];
      }),
    ),
  };
}

function ingestOf(values: Record<string, unknown>, path: string): { ingestServer: string; streamKey: string } {
  return {
    ingestServer: textOf(values, "ingestServer", `${path}.ingestServer`),
    streamKey: textOf(values, "streamKey", `${path}.streamKey`),
  };
}

function textOf(values: Record<string, unknown>, name: string, path: string): string {
  const value = values[name];
  if (typeof value !== "string" || value === "") throw missing(path);
  return value;
}

function membersOf(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw missing(path);
  return { ...value };
}

function missing(path: string): Error {
  return new Error(`The program has no stack output "${path}": index.ts must export it.`);
}
