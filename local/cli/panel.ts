/** What a person needs to begin, by the names of the stack's outputs. */
export interface StackOutputs {
  pageUrl: string;
  apiUrl: string;
  ingestServer: string;
  streamKey: string;
  adminToken: string;
  playbackUrl: string;
  /** Every channel, by its id; the six above are the first one's. */
  channels: Record<string, ChannelOutputs>;
}

/** Where one channel is streamed to and played. */
export interface ChannelOutputs {
  ingestServer: string;
  streamKey: string;
  playbackUrl: string;
}

/** The panel that ends a start: where to look, what to type into OBS. */
export function panel(outputs: StackOutputs, seconds: number): string {
  const rows: [string, string][] = [
    ["Page", outputs.pageUrl],
    ["API", outputs.apiUrl],
    ["Admin", `${outputs.pageUrl}/#admin=${outputs.adminToken}`],
    ["", ""],
    ["OBS server", outputs.ingestServer],
    ...streamKeys(outputs),
  ];
  const title = `Spotlight is ready (${seconds.toFixed(1)} s)`;
  const lines = rows.map(([label, value]) => (label === "" ? "" : `${label.padEnd(16)}${value}`));
  const hint = "In OBS: Settings › Stream › Service: Custom. Ctrl-C stops; everything is kept.";
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

/** Channels have the server in common, and each its own key. */
function streamKeys({ streamKey, channels }: StackOutputs): [string, string][] {
  const all = Object.entries(channels);
  if (all.length === 1) return [["OBS stream key", streamKey]];
  return all.map(([id, channel], at) => [at === 0 ? "OBS stream keys" : "  ", `${channel.streamKey}  ${id}`]);
}

/** The program's stack outputs; throws where one is missing. */
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
        const part = (name: keyof ChannelOutputs): string => textOf(channel, name, `channels.${id}.${name}`);
        return [
          id,
          { ingestServer: part("ingestServer"), streamKey: part("streamKey"), playbackUrl: part("playbackUrl") },
        ];
      }),
    ),
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
