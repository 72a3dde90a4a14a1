import { writeFileSync } from "node:fs";
import type { Measurement } from "./measurement.ts";
import { memoryPlot } from "./memory-plot.ts";
import { slope } from "./statistics.ts";
import { streamAndWatch, type StreamRecord } from "./streaming.ts";

const mostMegabytes = 900;
const mostGrowth = 0.2;
const megabyte = 1e6;
const minuteMs = 60_000;
/** Caches and windows fill in the first ten minutes, or the first third of a shorter stream. */
const settledAfterMinutes = 10;

type Look = StreamRecord["memory"][number];

/** Measures the memory of all processes during several minutes of streaming. */
export const memory: Measurement = {
  name: "memory",
  about: "memory (PSS) of all of Spotlight's processes while it streams and a client polls, and its growth",
  async measure(bench) {
    const { memory: looks, startedAt } = await streamAndWatch(bench);
    const last = looks.at(-1)!;
    const most = looks.reduce((highest, look) => (total(look) > total(highest) ? look : highest));
    const settled = startedAt + Math.min(settledAfterMinutes, bench.minutes / 3) * minuteMs;
    const growth = growthOf(
      looks.filter(({ at }) => at >= settled),
      total,
    );
    const names = [...new Set(looks.flatMap(({ processes }) => processes.map(({ name }) => name)))];
    const parts = names
      .map((name) => ({
        name,
        growth: growthOf(
          looks.filter(({ at }) => at >= settled),
          of(name),
        ),
      }))
      .filter((part) => Math.abs(part.growth) >= 0.05)
      .sort((a, b) => b.growth - a.growth);
    if (bench.plot !== undefined) writeFileSync(bench.plot, memoryPlot(looks, startedAt));
    return [
      {
        name: `after ${bench.minutes} min of streaming`,
        value: total(last) / megabyte,
        unit: "MB",
        atMost: mostMegabytes,
        note: `MB by process: ${made(last)}`,
      },
      {
        name: "peak, sampled every 5 s",
        value: total(most) / megabyte,
        unit: "MB",
        atMost: mostMegabytes,
        note: `MB by process: ${made(most)}`,
      },
      {
        name: "growth a minute",
        value: growth,
        unit: "MB",
        atMost: mostGrowth,
        note:
          `the line that fits each minute's lowest value from ${((settled - startedAt) / minuteMs).toFixed(0)} min on` +
          (parts.length === 0
            ? ""
            : `; ${parts.map(({ name, growth: own }) => `${name} ${own.toFixed(2)}`).join(", ")}`),
      },
    ];
  },
};

const total = ({ processes }: Look): number => processes.reduce((sum, { bytes }) => sum + bytes, 0);

const of =
  (name: string) =>
  ({ processes }: Look): number =>
    processes.filter((one) => one.name === name).reduce((sum, { bytes }) => sum + bytes, 0);

const made = ({ processes }: Look): string =>
  processes
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ name, bytes }) => `${name} ${Math.round(bytes / megabyte)}`)
    .join(", ");

/** Megabytes a minute, of each minute's lowest value: what a garbage collector has not freed yet is no growth. */
function growthOf(looks: readonly Look[], value: (look: Look) => number): number {
  const lowest = new Map<number, number>();
  for (const look of looks) {
    const minute = Math.floor((look.at - looks[0]!.at) / minuteMs);
    lowest.set(minute, Math.min(lowest.get(minute) ?? Infinity, value(look)));
  }
  return slope([...lowest].map(([x, bytes]) => ({ x, y: bytes / megabyte })));
}
