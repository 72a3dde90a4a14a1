import type { Measurement } from "./measurement.ts";
import { streamAndWatch } from "./streaming.ts";

const mostMegabytes = 1500;
const megabyte = 1e6;

/** Memory of everything that runs, after minutes of streaming. */
export const memory: Measurement = {
  name: "memory",
  about: "memory of all of Spotlight's processes after minutes of streaming (PSS)",
  async measure(bench) {
    const { memory: looks } = await streamAndWatch(bench);
    const total = ({ processes }: (typeof looks)[number]): number => processes.reduce((sum, { bytes }) => sum + bytes, 0);
    const last = looks.at(-1)!;
    const most = looks.reduce((highest, look) => (total(look) > total(highest) ? look : highest));
    const made = ({ processes }: (typeof looks)[number]): string => processes.toSorted((a, b) => b.bytes - a.bytes).map(({ name, bytes }) => `${name} ${Math.round(bytes / megabyte)}`).join(", ");
    return [
      { name: `after ${bench.minutes} min of streaming`, value: total(last) / megabyte, unit: "MB", atMost: mostMegabytes, note: `MB by process: ${made(last)}` },
      { name: "at its most, looked at every 5 s", value: total(most) / megabyte, unit: "MB", atMost: mostMegabytes, note: `MB by process: ${made(most)}` },
    ];
  },
};
