import { join } from "node:path";
import { startSpotlight } from "../../test/support/spotlight.ts";
import type { Bench, Figure } from "../measurement.ts";
import { checkCatalogue, untilSettled } from "./catalogue-check.ts";
import { fillDisk, fullDiskFigures, smallDiskMegabytes, smallDiskOptions } from "./full-disk.ts";
import { makeSmallDisk, noSmallDisk } from "./small-disk.ts";
import { smallSystem, stopChannel, streamTo, untilLive } from "./small-system.ts";

/** How long not one byte is free, in seconds: some recordings long. */
const fullSeconds = 15;

/** A channel whose disk is filled to the last byte, and emptied again: see the figures. */
export async function filled(bench: Bench): Promise<Figure[]> {
  const disk = await makeSmallDisk(join(bench.folder, "small-disk"), smallDiskMegabytes);
  if (disk === undefined)
    return [{ name: "full disk", value: NaN, unit: "times", note: `not measured: ${noSmallDisk}` }];
  try {
    const options = [...smallSystem(["main"], "people=[]"), ...smallDiskOptions];
    const spotlight = await startSpotlight(disk.data, options, disk.surroundings);
    const scenes = [{ picture: "test" as const, seconds: 120 }];
    const publisher = streamTo(spotlight, "main", { scenes });
    try {
      await untilLive(spotlight, ["main"]);
      bench.say(`not one byte is free for ${fullSeconds} s`);
      const result = await fillDisk(spotlight, disk, { channel: "main", viewers: 4, seconds: fullSeconds });
      await publisher.stop();
      await stopChannel(spotlight, "main");
      const { lost, twice } = checkCatalogue(await untilSettled(spotlight, { within: 60_000 }));
      return fullDiskFigures(result, [...lost, ...twice]);
    } finally {
      publisher.kill();
      await spotlight.stop();
    }
  } finally {
    await disk.remove();
  }
}
