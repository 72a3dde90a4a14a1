import type { Static } from "typebox";
import type { RecordingSchema } from "../../api/schemas/recording.ts";
import { until, type Spotlight } from "../../test/support/spotlight.ts";
import { allOf } from "./small-system.ts";
import type { ShiftedClock } from "./shifted-clock.ts";

type Recording = Static<typeof RecordingSchema>;

export const hourMs = 3_600_000;

/** Recordings that must be indexed after each step: that in which it happened, and one more. */
const recordingsAfter = 2;
/** Time within which they must be, in milliseconds. */
const indexedWithinMs = 60_000;

/**
 * Sets the clock while a channel is live, and waits until what is recorded from then on is indexed. Resolves to the
 * milliseconds that took; rejects if it takes longer than a minute.
 */
export async function stepClock(
  spotlight: Spotlight,
  clock: ShiftedClock,
  { offsetMs, channel }: { offsetMs: number; channel: string },
): Promise<number> {
  const list = (): Promise<Recording[]> => allOf(spotlight, `/recordings?channel=${channel}&limit=100`);
  const known = new Set((await list()).map(({ id }) => id));
  clock.set(offsetMs);
  const startedAt = performance.now();
  const recorded = async (): Promise<Recording[]> => (await list()).filter(({ id }) => !known.has(id));
  let latest: Recording[] = [];
  await until(
    async () => {
      latest = await recorded();
      return latest.filter(({ state }) => state === "indexed").length >= recordingsAfter;
    },
    {
      within: indexedWithinMs,
      what: () =>
        `recordings are indexed after the clock was set ${offsetMs} ms off: ` +
        `${latest.map(({ id, state }) => `${id} (${state})`).join(", ")}; log:\n${spotlight.log()}`,
    },
  );
  return performance.now() - startedAt;
}

/** How far edges of recordings that follow each other may be apart, in milliseconds: some pictures. */
const toleranceMs = 150;

/**
 * Where the recordings of a broadcast are not one after the other without a gap: each as text. They must be in the
 * order of their numbers.
 */
export function brokenTimeline(recordings: readonly Pick<Recording, "id" | "start" | "durationMs">[]): string[] {
  return recordings.slice(1).flatMap((next, i) => {
    const before = recordings[i]!;
    const apartMs = Date.parse(next.start ?? "") - Date.parse(before.start ?? "") - (before.durationMs ?? NaN);
    return Math.abs(apartMs) <= toleranceMs ? [] : [`${next.id} begins ${apartMs} ms after the end of ${before.id}`];
  });
}
