import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { publish } from "../local/media/publisher/publish.ts";
import { demoScenes, registerPeople } from "./demo-stream.ts";
import type { Bench } from "./measurement.ts";
import { treeCpuSeconds, treeMemory } from "./process-tree.ts";
import { withSpotlight, type MeasuredSpotlight } from "./running-spotlight.ts";

/** A recording and when it first appeared in each place. Times are epoch milliseconds. */
export interface SeenRecording {
  id: string;
  durationMs: number;
  /** Its end on the wall clock. */
  endAt: number;
  indexedAt?: number;
  /** When `GET /clips` first listed a clip with it. */
  inClipAt?: number;
}

/** What was observed during a long stream. Times are epoch milliseconds. */
export interface StreamRecord {
  startedAt: number;
  endedAt: number;
  recordings: SeenRecording[];
  /** Recordings that were archived but not yet indexed, per sample. */
  backlog: { at: number; count: number }[];
  failed: string[];
  /** Memory by process, per sample. */
  memory: { at: number; processes: { name: string; bytes: number }[] }[];
  /** Average number of cores in use during the stream. */
  cores: { spotlight: number; publisher: number };
}

interface ClipAnswer {
  items: { appearances: { recording: string }[] }[];
}

interface RecordingAnswer {
  items: { id: string; state: string; start: string | null; durationMs: number | null; error: string | null }[];
}

const lookMs = 250;
const memoryEveryMs = 5000;

let record: Promise<StreamRecord> | undefined;

/** Streams the demo's scenes for `bench.minutes` and observes the results; only once for all measurements. */
export function streamAndWatch(bench: Bench): Promise<StreamRecord> {
  return (record ??= withSpotlight(join(bench.folder, "streaming"), (spotlight) => watch(bench, spotlight)));
}

async function watch(bench: Bench, spotlight: MeasuredSpotlight): Promise<StreamRecord> {
  await registerPeople(spotlight.api);
  const publisher = publish({ url: spotlight.publishUrl, scenes: await demoScenes(), loop: true });
  const startedAt = await publisher.started;
  const cpuAtStart = {
    all: treeCpuSeconds(process.pid),
    spotlight: treeCpuSeconds(spotlight.pid),
    own: ownCpuSeconds(),
  };
  const endsAt = startedAt + bench.minutes * 60_000;
  const seen = new Map<string, Partial<SeenRecording> & { state: string; error: string | null }>();
  const inClip = new Map<string, number>();
  const backlog: StreamRecord["backlog"] = [];
  const memory: StreamRecord["memory"] = [];
  // If the stream fails, so does the measurement, with the stream's error.
  let broken: Error | undefined;
  publisher.done.catch((cause: unknown) => {
    broken = cause instanceof Error ? cause : new Error(String(cause));
  });

  let toldAt = startedAt;
  while (Date.now() < endsAt) {
    await sleep(lookMs);
    if (broken !== undefined) throw broken;
    const { items: clips } = await spotlight.api.get<ClipAnswer>("/clips?limit=20");
    const clipsAt = Date.now();
    for (const { appearances } of clips)
      for (const { recording } of appearances) if (!inClip.has(recording)) inClip.set(recording, clipsAt);
    const { items: recordings } = await spotlight.api.get<RecordingAnswer>("/recordings?limit=100");
    const at = Date.now();
    for (const { id, state, start, durationMs, error } of recordings) {
      const known = seen.get(id) ?? { id, state, error };
      Object.assign(known, { state, error });
      if (start !== null && durationMs !== null)
        Object.assign(known, { durationMs, endAt: Date.parse(start) + durationMs });
      if (state === "indexed") known.indexedAt ??= at;
      seen.set(id, known);
    }
    backlog.push({ at, count: recordings.filter(({ state }) => state !== "indexed" && state !== "failed").length });
    if (at - (memory.at(-1)?.at ?? 0) >= memoryEveryMs) memory.push({ at, processes: treeMemory(spotlight.pid) });
    if (at - toldAt >= 60_000) {
      toldAt += 60_000;
      bench.say(
        `${Math.round((at - startedAt) / 60_000)} of ${bench.minutes} min: ${seen.size} recordings, ` +
          `${inClip.size} of them in clips, backlog ${backlog.at(-1)!.count}`,
      );
    }
  }
  const endedAt = Date.now();
  memory.push({ at: endedAt, processes: treeMemory(spotlight.pid) });
  const spotlightCpu = treeCpuSeconds(spotlight.pid) - cpuAtStart.spotlight;
  const publisherCpu = treeCpuSeconds(process.pid) - cpuAtStart.all - spotlightCpu - (ownCpuSeconds() - cpuAtStart.own);
  const seconds = (endedAt - startedAt) / 1000;
  await publisher.stop();
  return {
    startedAt,
    endedAt,
    recordings: [...seen.values()].flatMap(({ id, durationMs, endAt, indexedAt }) =>
      id === undefined || durationMs === undefined || endAt === undefined
        ? []
        : [{ id, durationMs, endAt, indexedAt, inClipAt: inClip.get(id) }],
    ),
    backlog,
    failed: [...seen.values()]
      .filter(({ state }) => state === "failed")
      .map(({ id, error }) => `${id ?? ""}: ${error ?? ""}`),
    memory,
    cores: { spotlight: spotlightCpu / seconds, publisher: publisherCpu / seconds },
  };
}

function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
