import type { Measurement } from "./measurement.ts";
import { streamAndWatch } from "./streaming.ts";

const mostMegabytes = 1500;
const megabyte = 1e6;

/** Measures the memory of all processes during several minutes of streaming. */
export const memory: Measurement = {
  name: "memory",
  about: "memory (PSS) of all of Spotlight's processes after several minutes of streaming",
  async measure(bench) {
    const { memory: looks, startedAt } = await streamAndWatch(bench);
    const total = ({ processes }: (typeof looks)[number]): number =>
      processes.reduce((sum, { bytes }) => sum + bytes, 0);
    const last = looks.at(-1)!;
    const most = looks.reduce((highest, look) => (total(look) > total(highest) ? look : highest));
    const made = ({ processes }: (typeof looks)[number]): string =>
      processes
        .toSorted((a, b) => b.bytes - a.bytes)
        .map(({ name, bytes }) => `${name} ${Math.round(bytes / megabyte)}`)
        .join(", ");
    // The first minute fills caches and windows.
    const later = looks.filter(({ at }) => at >= startedAt + 60_000);
    const [from, to] = [later[0] ?? last, last];
    const minutes = Math.max((to.at - from.at) / 60_000, 1 / 60);
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
        name: "growth per minute, after the first",
        value: (total(to) - total(from)) / megabyte / minutes,
        unit: "MB",
        note:
          `from ${Math.round(total(from) / megabyte)} to ${Math.round(total(to) / megabyte)} MB in ` +
          `${minutes.toFixed(1)} min`,
      },
    ];
  },
};
