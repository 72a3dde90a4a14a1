import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../../../../local/log.ts";
import type { MediaPacket } from "../../../../local/media/ingest/publication.ts";
import { LiveFeed } from "../../../../local/media/live/feed.ts";
import { FlvReader } from "../../../../local/media/live/flv-reader.ts";
import { startLiveProcess, type LiveProcess } from "../../../../local/media/live/process.ts";
import type { LiveJobReport } from "../../../../local/media/live/settings.ts";
import { lookAt, type Look } from "./look-at.ts";
import { recordFlv, type FlvSettings } from "./record-flv.ts";

/** What a stream became. */
export interface Encoded {
  reports: LiveJobReport[];
  warnings: string[];
  /** The recordings, one for each job. */
  recordings: Look[];
  /** The first rendition as viewers get it, one for each job. */
  live: Look[];
}

/** The packets of a generated stream, which is written to `file`. */
export async function generate(file: string, settings: FlvSettings): Promise<MediaPacket[]> {
  await recordFlv(settings, file);
  return [...new FlvReader().push(readFileSync(file))].flatMap((fed) => ("packet" in fed ? [fed.packet] : []));
}

/**
 * Encodes packets all at once, or what `send` feeds by the clock that it sets; `drain` waits until the encoder has read
 * it.
 */
export async function encode(
  folder: string,
  send: readonly MediaPacket[] | ((feed: LiveFeed, clock: { ms: number }, drain: () => Promise<void>) => Promise<void>),
): Promise<Encoded> {
  const clock = { ms: 0 };
  const jobs: { process: LiveProcess; live: Buffer[]; archive: string }[] = [];
  const result: Encoded = { reports: [], warnings: [], recordings: [], live: [] };
  const log: Log = {
    info: () => undefined,
    warn: (line) => void result.warnings.push(line),
    error: (line) => void result.warnings.push(line),
    child: () => log,
  };
  const begin = ({ startedAt }: { startedAt: number }): LiveProcess => {
    const archiveFolder = mkdtempSync(join(folder, "run-"));
    const live: Buffer[] = [];
    const process = startLiveProcess(
      {
        renditions: [
          { name: "180p", width: 320, height: 180, bitrate: 400_000, lookahead: 0, profile: "main" },
          { name: "90p", width: 160, height: 90, bitrate: 100_000, lookahead: 0, profile: "main" },
        ],
        audioBitrate: 96_000,
        gopSeconds: 1,
        packaged: ["180p", "90p"],
        archive: { rendition: "180p", rolloverSeconds: 600 },
        startedAt,
        archiveFolder,
      },
      {
        report: (report) => void result.reports.push(report),
        fragment(rendition, bytes) {
          if (rendition === "180p") live.push(bytes);
        },
      },
      Promise.resolve(),
    );
    jobs.push({ process, live, archive: join(archiveFolder, "000001.ts") });
    return process;
  };
  const feed = new LiveFeed({ log, begin, now: () => clock.ms });
  const drain = (): Promise<void> =>
    new Promise((resolve) => jobs.at(-1)?.process.input.write(Buffer.alloc(0), () => resolve()));
  if (typeof send === "function") await send(feed, clock, drain);
  else for (const packet of send) feed.packet(packet);
  feed.end();
  for (const { process, live, archive } of jobs) {
    assert.equal((await process.ended).failure, undefined);
    writeFileSync(`${archive}.mp4`, Buffer.concat(live));
    result.recordings.push(await lookAt(archive));
    result.live.push(await lookAt(`${archive}.mp4`));
  }
  return result;
}

/** All outputs show `length` seconds at 30 frames/s, with a sound track as long. */
export function assertWhole({ recordings, live }: Encoded, length: number): void {
  for (const look of [...recordings, ...live]) {
    const first = look.pictures[0]!.at;
    assert.equal(look.pictures.length, Math.round(30 * length));
    const last = look.pictures.at(-1)!.at - first;
    assert.ok(Math.abs(last - (length - 1 / 30)) < 0.01, `the last picture is at ${last}`);
    assert.ok(Math.abs(look.sound[0] - first) < 0.05, `sound begins at ${look.sound[0]}, the picture at ${first}`);
    assert.ok(Math.abs(look.sound[1] - first - length) < 0.1, `sound ends at ${look.sound[1] - first}`);
  }
}
/** Where sound is heard in every output, to a tenth of a second. */
export function assertLoud({ recordings, live }: Encoded, expected: readonly (readonly [number, number])[]): void {
  for (const { loud, pictures } of [...recordings, ...live]) {
    const heard = loud.map(([from, to]) => [from - pictures[0]!.at, to - pictures[0]!.at] as const);
    const text = JSON.stringify(heard);
    assert.equal(heard.length, expected.length, text);
    for (const [i, [from, to]] of expected.entries())
      assert.ok(Math.abs(heard[i]![0] - from) < 0.1 && Math.abs(heard[i]![1] - to) < 0.1, text);
  }
}
