import type { Catalogue } from "../../catalogue/index.ts";
import { broadcastStartMs, recordingId } from "../../domain/ids.ts";
import type { Appearance, Recording } from "../../domain/model.ts";

/** The broadcast that the tests are about. */
export const broadcast = "20261122T180000";
const startMs = broadcastStartMs(broadcast);

/** Rules of the tests' clips: half a second of padding, three seconds of gap. */
export const rules = { paddingMs: 500, gapMs: 3000, minMs: 500 };

/** Wall clock so many milliseconds after the broadcast's start. */
export function clock(ms: number): string {
  return new Date(startMs + ms).toISOString();
}

/** Archives and converts recordings of ten seconds, each `lateMs` after it ended, in the given order. */
export async function convert(
  catalogue: Catalogue,
  numbers: number[],
  { channel = "main", lateMs = 0 } = {},
): Promise<Recording[]> {
  const recordings: Recording[] = [];
  for (const number of numbers) {
    const name = { channel, broadcast, number };
    const id = recordingId(name);
    const key = `${channel}/${broadcast}/recording.${String(number).padStart(6, "0")}.ts`;
    await catalogue.channels.sawBroadcast(channel, broadcast);
    await catalogue.recordings.archived({
      ...name,
      id,
      bucket: "archive",
      key,
      archivedAt: clock((number + 1) * 10_000 + lateMs),
    });
    const renditions = [{ name: "720p", width: 1280, height: 720, bitrate: 2_500_000 }];
    await catalogue.recordings.converted(id, { durationMs: 10_000, renditions });
    recordings.push(await catalogue.recordings.analysing(id, ["faces"]));
  }
  return recordings;
}

/** An appearance in recording `number` of the test broadcast. */
export function appearance(
  number: number,
  fromMs: number,
  toMs: number,
  similarity = 90,
  channel = "main",
): Appearance {
  return {
    recording: recordingId({ channel, broadcast, number }),
    startMs: fromMs,
    endMs: toMs,
    similarity,
    box: { left: 0.25, top: 0.125, width: 0.25, height: 0.5 },
    bestMs: fromMs,
  };
}
