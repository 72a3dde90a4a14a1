import type { Figure, Measurement } from "../measurement.ts";
import { crowd } from "./crowd.ts";
import { filled } from "./filled.ts";
import { killed } from "./killed.ts";
import { createRandom } from "./random.ts";

/**
 * What Spotlight goes through without losing anything: many viewers, hostile clients, a clock that is set, kills and a
 * full disk. `test/e2e/endurance.test.ts` is its quick form.
 */
export const endurance: Measurement = {
  name: "endurance",
  about: "50 viewers, hostile clients, a clock that is set, kill -9 and a full disk (7 min)",
  onlyByName: true,
  async measure(bench) {
    bench.say(`seed ${bench.seed}: --seed ${bench.seed} repeats the moments and bytes that are chosen at random`);
    const random = createRandom(bench.seed);
    return [
      ...(await part("crowd", () => crowd(bench, random))),
      ...(await part("kills", () => killed(bench, random))),
      ...(await part("full disk", () => filled(bench))),
    ];
  },
};

/** The figures of one part. If it fails, that is a figure that is off its target, and the others still count. */
async function part(name: string, measure: () => Promise<Figure[]>): Promise<Figure[]> {
  try {
    return await measure();
  } catch (cause) {
    console.error(cause);
    const note = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    return [{ name: `${name}: did not get to its end`, value: NaN, unit: "times", atMost: 0, note }];
  }
}
