import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the site serves the live playlist: the fixtures' `playback.lowLatencyHls`, which the page plays. */
export const LIVE_PATH = "/out/v1/main/low-latency.m3u8";

/** The fixtures' `playback.hls`, which also answers for windows of the past. */
export const PAST_PATH = "/out/v1/main/index.m3u8";

/** Where in its playlist the test moment starts, in seconds. */
export const MOMENT_START = 3.4;

const SEGMENT_SECONDS = 2;
const SEGMENTS = 6;
const WINDOW = 4;

let made: Promise<string> | undefined;

/** A folder with 12 s of HLS (six segments), encoded once a test run. */
export function media(): Promise<string> {
  made ??= makeMedia();
  return made;
}

async function makeMedia(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "spotlight-media-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const script = fileURLToPath(new URL("make-media.ts", import.meta.url));
  const child = spawn(process.execPath, [script, folder, String(SEGMENTS * SEGMENT_SECONDS)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`The test's media couldn't be encoded (exit code ${code ?? "none"}).`);
  return folder;
}

const segment = (number: number): string => `/media/segment${String(number % SEGMENTS).padStart(2, "0")}.ts`;

/** A live playlist whose window slides with the clock, over the same segments again and again. */
export function livePlaylist(now = Date.now()): string {
  const last = Math.floor(now / 1000 / SEGMENT_SECONDS) % 100_000;
  const first = last - WINDOW + 1;
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:6",
    `#EXT-X-TARGETDURATION:${SEGMENT_SECONDS}`,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${Math.floor((first - 1) / SEGMENTS)}`,
  ];
  const startMs = now - (now % (SEGMENT_SECONDS * 1000)) - (WINDOW - 1) * SEGMENT_SECONDS * 1000;
  return `${[...lines, ...dated(first, last, startMs)].join("\n")}\n`;
}

/**
 * What was broadcast in a window of the past, as MediaPackage answers `aws.manifestsettings`: a window that has not
 * ended grows. Undefined where it is older than all that is kept.
 */
export function pastPlaylist(settings: string, keptMs: number, now = Date.now()): string | undefined {
  const [, start, end] = /^start:(\d+);end:(\d+)$/.exec(settings) ?? [];
  const endMs = Number(end) * 1000;
  if (!(Number(start) < Number(end)) || endMs < now - keptMs) return undefined;
  const startMs = Math.max(Number(start) * 1000, now - (now % (SEGMENT_SECONDS * 1000)) - keptMs);
  const first = Math.floor(startMs / 1000 / SEGMENT_SECONDS);
  const last = Math.floor(Math.min(endMs, now) / 1000 / SEGMENT_SECONDS) - 1;
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:6",
    `#EXT-X-TARGETDURATION:${SEGMENT_SECONDS}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    `#EXT-X-PLAYLIST-TYPE:${endMs > now ? "EVENT" : "VOD"}`,
    ...dated(first, last, startMs),
    ...(endMs > now ? [] : ["#EXT-X-ENDLIST"]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Segments with the times at which they were recorded. */
function dated(first: number, last: number, startMs: number): string[] {
  const lines: string[] = [];
  for (let number = first; number <= last; number += 1) {
    if (number % SEGMENTS === 0) lines.push("#EXT-X-DISCONTINUITY");
    const time = new Date(startMs + (number - first) * SEGMENT_SECONDS * 1000).toISOString();
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${time}`, `#EXTINF:${SEGMENT_SECONDS}.000,`, segment(number));
  }
  return lines;
}

/** A clip's multivariant playlist: its start offset is there as well as in the media playlist. */
export function momentMaster(): string {
  return `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-START:TIME-OFFSET=${MOMENT_START},PRECISE=YES
#EXT-X-STREAM-INF:BANDWIDTH=700000,RESOLUTION=640x360,CODECS="avc1.42c01e,mp4a.40.2"
playlist.m3u8
`;
}

/** Where the moments of a reel are in its playlist, in milliseconds, by their number. */
export const reelRange = (number: number, durationMs: number): { inMs: number; outMs: number } => {
  const inMs = 1_400 + number * 4_000;
  return { inMs, outMs: inMs + durationMs };
};

/** A reel's media playlist. */
export function reelPlaylist(): string {
  const range =
    "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T18:00:00.000Z\n" +
    '#EXT-X-DATERANGE:ID="moment-1",START-DATE="2026-11-22T18:00:01.400Z",DURATION=1.000\n';
  return momentPlaylist().replace(/^#EXT-X-START.*\n/m, range);
}

/** A clip's media playlist: the whole segments that cover it. */
export function momentPlaylist(): string {
  const segments = Array.from(
    { length: SEGMENTS },
    (_, number) => `#EXTINF:${SEGMENT_SECONDS}.000,\n${segment(number)}`,
  );
  return `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:${SEGMENT_SECONDS}
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-START:TIME-OFFSET=${MOMENT_START},PRECISE=YES
${segments.join("\n")}
#EXT-X-ENDLIST
`;
}
