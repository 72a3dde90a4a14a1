import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Figure } from "../measurement.ts";
import { percentile } from "../statistics.ts";
import type { Seen } from "./viewer.ts";

/** Who watches what, and for how long. */
export interface Watching {
  /** Multivariant playlists; the viewers take turns. */
  playlists: string[];
  viewers: number;
  seconds: number;
}

/** What all viewers saw together. Times in milliseconds. */
export interface Watched {
  viewers: number;
  parts: number;
  /** Of requests for parts that were listed: from the request to the last byte. */
  partMs: { median: number; most: number; p99: number };
  /** How much later than the first of those who waited for the same part a viewer got the playlist with it; p99. */
  reloadSpreadMs: number;
  /** The longest that any viewer was without a new part. */
  longestWaitMs: number;
  /** How often the playlist had moved past a viewer, and the most segments that it listed as missing. */
  missed: number;
  gaps: number;
  failures: string[];
}

const processFile = fileURLToPath(new URL("./viewers-process.ts", import.meta.url));

/** Lets viewers in a process of their own watch live streams. Rejects if that process fails. */
export async function watchLive(watching: Watching): Promise<Watched> {
  const child = fork(processFile, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The viewers' process ended with ${String(code)}.`);
  });
  child.send(watching);
  const [seen] = (await Promise.race([once(child, "message"), ended])) as [Seen[]];
  await ended.catch(() => undefined);
  return summaryOf(seen);
}

function summaryOf(seen: readonly Seen[]): Watched {
  const partsMs = seen.flatMap((viewer) => viewer.partsMs);
  const waits = seen.flatMap(({ arrivals }) => arrivals.slice(1).map((at, i) => at - (arrivals[i] ?? at)));
  return {
    viewers: seen.length,
    parts: seen.reduce((sum, { arrivals }) => sum + arrivals.length, 0),
    partMs: { median: percentile(partsMs, 0.5), p99: percentile(partsMs, 0.99), most: Math.max(...partsMs) },
    reloadSpreadMs: percentile(spreads(seen), 0.99),
    longestWaitMs: Math.max(...waits),
    missed: seen.reduce((sum, { missed }) => sum + missed, 0),
    gaps: Math.max(...seen.map(({ gaps }) => gaps)),
    failures: seen.flatMap(({ failures }) => failures),
  };
}

function spreads(seen: readonly Seen[]): number[] {
  const byPart = Map.groupBy(
    seen.flatMap(({ reloads }) => reloads),
    ([part]) => part,
  );
  return [...byPart.values()].flatMap((reloads) => {
    const times = reloads.map(([, at]) => at);
    const first = Math.min(...times);
    return times.map((at) => at - first);
  });
}

/**
 * The figures of viewers.
 *
 * @param core What the server's main process took of one core: with them, and without any viewer.
 */
export function viewerFigures(watched: Watched, channels: number, core: { percent: number; alone: number }): Figure[] {
  const { viewers, parts, partMs, reloadSpreadMs, longestWaitMs, failures } = watched;
  const ms = (value: number): string => `${Math.round(value)} ms`;
  return [
    {
      name: "part requests, p99",
      value: partMs.p99,
      unit: "ms",
      atMost: 100,
      note:
        `${viewers} viewers on ${channels} channels, ${parts} parts; median ${ms(partMs.median)}, ` +
        `most ${ms(partMs.most)}; the longest wait for a new part was ${ms(longestWaitMs)}`,
    },
    {
      name: "playlist reloads beyond the first viewer's, p99",
      value: reloadSpreadMs,
      unit: "ms",
      atMost: 100,
      note: "of those that waited for the same part",
    },
    {
      name: "viewers: requests that failed, parts missed, gaps",
      value: failures.length + watched.missed + watched.gaps,
      unit: "times",
      atMost: 0,
      ...(failures[0] === undefined ? {} : { note: failures[0] }),
    },
    {
      name: "server's main process meanwhile",
      value: core.percent,
      unit: "% of a core",
      note: `${Math.round(core.alone)} % without viewers; its functions and local services run in it, too`,
    },
  ];
}
