import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ApiClient } from "../../local/cli/demo/api-client.ts";
import { startSpotlight, type Spotlight } from "../../test/support/spotlight.ts";
import { demoScenes, registerPeople } from "../demo-stream.ts";
import type { Bench, Figure } from "../measurement.ts";
import { checkCatalogue, untilSettled, viewCatalogue } from "./catalogue-check.ts";
import { helperKinds, killHelpers, killMain } from "./kills.ts";
import type { Random } from "./random.ts";
import { smallSystem, stopChannel, streamTo, untilLive } from "./small-system.ts";

/** A stream is killed at a moment between these, in milliseconds after it is live. */
const killAfterMs = [2_000, 12_000] as const;
/** Time for what all the kills have left undone, in milliseconds. */
const settledWithinMs = 180_000;

/**
 * Kills Spotlight again and again in mid-stream, each time a child process and then the main process, and starts it on
 * the same folder: see the figures.
 */
export async function killed(bench: Bench, random: Random): Promise<Figure[]> {
  const data = join(bench.folder, "killed");
  const start = (): Promise<Spotlight> => startSpotlight(data, smallSystem(["main"]));
  const known = new Set<string>();
  const helpers: string[] = [];
  const liveMs: number[] = [];
  let leftBehind = 0;
  let begun = performance.now();
  let spotlight = await start();
  try {
    await registerPeople(new ApiClient(spotlight.outputs.apiUrl, spotlight.outputs.adminToken));
    const scenes = await demoScenes();
    for (let kill = 0; kill <= bench.kills; kill++) {
      const publisher = streamTo(spotlight, "main", { scenes, loop: true });
      await untilLive(spotlight, ["main"]);
      if (kill > 0) liveMs.push(performance.now() - begun);
      await delay(random.between(...killAfterMs) / 2);
      const kind = random.pick(helperKinds);
      if (killHelpers(spotlight, kind) > 0) helpers.push(kind);
      await delay(random.between(...killAfterMs) / 2);
      for (const { id } of (await viewCatalogue(spotlight)).recordings) known.add(id);
      if (kill === bench.kills) {
        await publisher.stop();
        break;
      }
      begun = performance.now();
      leftBehind += await killMain(spotlight);
      publisher.kill();
      spotlight = await start();
      bench.say(`killed ${kill + 1} of ${bench.kills} times; ${known.size} recordings so far`);
    }
    await stopChannel(spotlight, "main");
    const view = await untilSettled(spotlight, { within: settledWithinMs });
    const { lost, twice, miscounted } = checkCatalogue(view, known);
    const indexed = view.recordings.filter(({ state }) => state === "indexed").length;
    const first = (faults: readonly string[], otherwise?: string): { note?: string } => {
      const note = faults[0] ?? otherwise;
      return note === undefined ? {} : { note };
    };
    return [
      {
        name: "recordings missing, failed or left out",
        value: lost.length,
        unit: "recordings",
        atMost: 0,
        ...first(
          lost,
          `${bench.kills} kills of the main process, ${helpers.length} of children (${tally(helpers)}); ` +
            `${indexed} of ${view.archived.length} recordings indexed, the others idle; ${view.clips.length} moments`,
        ),
      },
      {
        name: "recordings, moments, appearances twice",
        value: twice.length,
        unit: "times",
        atMost: 0,
        ...first(twice),
      },
      { name: "people miscounted", value: miscounted.length, unit: "times", atMost: 0, ...first(miscounted) },
      {
        name: "from a kill to live again, worst",
        value: Math.max(...liveMs) / 1000,
        unit: "s",
        atMost: 30,
        note: "it is started at once, and the publisher connects as soon as it can",
      },
      { name: "processes left behind", value: leftBehind, unit: "times", atMost: 0 },
    ];
  } finally {
    await spotlight.stop();
  }
}

/** `encoder 5, converter 2`. */
function tally(kinds: readonly string[]): string {
  return [...Map.groupBy(kinds, (kind) => kind)].map(([kind, all]) => `${kind} ${all.length}`).join(", ");
}
