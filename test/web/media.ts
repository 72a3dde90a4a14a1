import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the site serves the live playlist: the fixtures' `playback.lowLatencyHls`, which the page plays. */
export const LIVE_PATH = "/out/v1/main/low-latency.m3u8";

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
  const lastMs = Math.floor(now / 1000 / SEGMENT_SECONDS) * SEGMENT_SECONDS * 1000;
  for (let number = first; number <= last; number += 1) {
    if (number % SEGMENTS === 0) lines.push("#EXT-X-DISCONTINUITY");
    const date = new Date(lastMs - (last - number) * SEGMENT_SECONDS * 1000).toISOString();
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${date}`);
    lines.push(`#EXTINF:${SEGMENT_SECONDS}.000,`, segment(number));
  }
  return `${lines.join("\n")}\n`;
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
