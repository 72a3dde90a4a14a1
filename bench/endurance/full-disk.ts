import type { Static } from "typebox";
import type { RecordingSchema } from "../../api/schemas/recording.ts";
import { until, type Spotlight } from "../../test/support/spotlight.ts";
import type { Figure } from "../measurement.ts";
import type { SmallDisk } from "./small-disk.ts";
import { allOf } from "./small-system.ts";
import { watchLive, type Watched } from "./viewers.ts";

type Recording = Static<typeof RecordingSchema>;

/** Options of a Spotlight on a small disk: `--min-free` is for disks of another size by default. */
export const smallDiskOptions = ["--min-free", "40MB"];
/** Enough for what Spotlight keeps at first, the reserve and a few minutes of small pictures. */
export const smallDiskMegabytes = 400;

/** Time in which recordings must go on once there is space, in milliseconds. */
const goesOnWithinMs = 60_000;

/** What happened while the disk was full, and after. */
export interface FullDisk {
  /** What viewers saw while not one byte was free. */
  watched: Watched;
  /** From the moment there was space to the first recording from then on that is indexed, in milliseconds. */
  recordsAgainMs: number;
}

/**
 * Fills the disk of a live channel to the last byte for some seconds, then makes space again. Rejects if recordings do
 * not go on within a minute.
 */
export async function fillDisk(
  spotlight: Spotlight,
  disk: SmallDisk,
  { channel, viewers, seconds }: { channel: string; viewers: number; seconds: number },
): Promise<FullDisk> {
  disk.fill();
  const playbackUrl = spotlight.outputs.channels[channel]?.playbackUrl ?? "";
  const watched = await watchLive({ playlists: [playbackUrl], viewers, seconds });
  const list = (): Promise<Recording[]> => allOf(spotlight, `/recordings?channel=${channel}&limit=100`);
  disk.empty();
  const emptiedAt = performance.now();
  const known = new Set((await list()).map(({ id }) => id));
  await until(async () => (await list()).some(({ id, state }) => state === "indexed" && !known.has(id)), {
    within: goesOnWithinMs,
    what: () => `the channel is recorded again; log:\n${spotlight.log()}`,
  });
  return { watched, recordsAgainMs: performance.now() - emptiedAt };
}

/** The figures of a full disk; `lost`: recordings that did not become indexed, or whose number is missing. */
export function fullDiskFigures({ watched, recordsAgainMs }: FullDisk, lost: readonly string[]): Figure[] {
  const { failures, missed, gaps, parts, viewers, longestWaitMs } = watched;
  return [
    {
      name: "full disk: requests that failed, parts missed, gaps",
      value: failures.length + missed + gaps,
      unit: "times",
      atMost: 0,
      note: failures[0] ?? `${viewers} viewers, ${parts} parts; the longest wait was ${Math.round(longestWaitMs)} ms`,
    },
    {
      name: "from space again to the next indexed recording",
      value: recordsAgainMs / 1000,
      unit: "s",
      atMost: 30,
    },
    {
      name: "recordings lost by it",
      value: lost.length,
      unit: "recordings",
      atMost: 0,
      ...(lost[0] === undefined ? {} : { note: lost[0] }),
    },
  ];
}
