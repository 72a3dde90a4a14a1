/** What a person needs to begin, by the names of the stack's outputs. */
export interface StackOutputs {
  pageUrl: string;
  apiUrl: string;
  ingestServer: string;
  streamKey: string;
  adminToken: string;
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
    ["OBS stream key", outputs.streamKey],
  ];
  const title = `Spotlight is ready (${seconds.toFixed(1)} s)`;
  const lines = rows.map(([label, value]) => (label === "" ? "" : `${label.padEnd(16)}${value}`));
  const hint = "In OBS: Settings › Stream › Service: Custom. Ctrl-C stops; everything is kept.";
  const width = Math.max(title.length, hint.length, ...lines.map((line) => line.length));
  const row = (text: string): string => `│ ${text.padEnd(width)} │`;
  return [`╭${"─".repeat(width + 2)}╮`, row(title), row(""), ...lines.map(row), row(""), row(hint), `╰${"─".repeat(width + 2)}╯`].join("\n");
}

/** The program's stack outputs; throws where one is missing. */
export function readOutputs(outputs: Record<string, unknown>): StackOutputs {
  const text = (name: keyof StackOutputs): string => {
    const value = outputs[name];
    if (typeof value !== "string" || value === "") throw new Error(`The program has no stack output "${name}": index.ts must export it.`);
    return value;
  };
  return {
    pageUrl: text("pageUrl"),
    apiUrl: text("apiUrl"),
    ingestServer: text("ingestServer"),
    streamKey: text("streamKey"),
    adminToken: text("adminToken"),
    playbackUrl: text("playbackUrl"),
  };
}
