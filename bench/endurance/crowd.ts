import { setTimeout as delay } from "node:timers/promises";
import { join } from "node:path";
import { demoFootage } from "../demo-stream.ts";
import type { Bench, Figure } from "../measurement.ts";
import { processTree } from "../process-tree.ts";
import { startSpotlight, type Spotlight } from "../../test/support/spotlight.ts";
import { checkCatalogue, untilIndexed, untilSettled, viewCatalogue } from "./catalogue-check.ts";
import { brokenTimeline, hourMs, stepClock } from "./clock.ts";
import { attackIngest, hostileFigures } from "./hostile-ingest.ts";
import { picturesOf } from "./pictures.ts";
import type { Random } from "./random.ts";
import { createShiftedClock, type ShiftedClock } from "./shifted-clock.ts";
import { smallSystem, stopChannel, streamTo, untilLive } from "./small-system.ts";
import { viewerFigures, watchLive } from "./viewers.ts";

const channels = ["main", "second", "third"];
const others = channels.slice(1);
const viewers = 50;
const watchSeconds = 30;
const hostile = { connections: 2000, atOnce: 100 };
/** How far the clock is off after each step, in hours. */
const stepsHours = [1, 0, -1, 0];
/** Long enough for the audience and the attack. */
const countedSeconds = 150;
/** Time for what is still to be converted after the attack, in milliseconds. */
const catchUpWithinMs = 180_000;

/** Three channels with an audience, under attack, and with a clock that is set: see the figures. */
export async function crowd(bench: Bench, random: Random): Promise<Figure[]> {
  const clock = createShiftedClock(bench.folder);
  const options = smallSystem(channels, "people=[]");
  const spotlight = await startSpotlight(join(bench.folder, "crowd"), options, { environment: clock.environment });
  const scenes = [{ file: (await demoFootage()).franck, seconds: countedSeconds }];
  const test = { scenes: [{ picture: "test" as const, seconds: 60 }], loop: true, width: 320, height: 180 };
  const publishers = [streamTo(spotlight, "main", { scenes, prepare: true, clock: "count" })];
  try {
    await publishers[0]!.started;
    for (const channel of others) publishers.push(streamTo(spotlight, channel, test));
    await untilLive(spotlight, channels);
    const figures = [...(await audience(bench, spotlight)), ...(await underAttack(bench, spotlight, random))];
    for (const channel of others) await stopChannel(spotlight, channel);
    await publishers[0]!.stop();
    publishers.push(streamTo(spotlight, "main", test));
    await untilLive(spotlight, ["main"]);
    return [...figures, ...(await clockSteps(bench, spotlight, clock))];
  } finally {
    for (const publisher of publishers) publisher.kill();
    await spotlight.stop();
  }
}

async function audience(bench: Bench, spotlight: Spotlight): Promise<Figure[]> {
  bench.say(`${viewers} viewers on ${channels.length} channels for ${watchSeconds} s`);
  const playlists = Object.values(spotlight.outputs.channels).map(({ playbackUrl }) => playbackUrl);
  const alone = await coreShare(spotlight, () => delay(10_000));
  const { result, percent } = await coreShare(spotlight, () =>
    watchLive({ playlists, viewers, seconds: watchSeconds }),
  );
  return viewerFigures(result, channels.length, { percent, alone: alone.percent });
}

async function underAttack(bench: Bench, spotlight: Spotlight, random: Random): Promise<Figure[]> {
  bench.say(`${hostile.connections} hostile RTMP connections, ${hostile.atOnce} at a time`);
  const before = new Set((await viewCatalogue(spotlight)).recordings.map(({ id }) => id));
  const port = Number(new URL(spotlight.outputs.ingestServer).port);
  const attacked = await attackIngest({ port, pid: spotlight.pid, ...hostile, random });
  const during = (await viewCatalogue(spotlight)).recordings
    .filter(({ id, channel }) => channel === "main" && !before.has(id))
    .map(({ id }) => id);
  await untilIndexed(spotlight, during, { within: catchUpWithinMs });
  const { lost, expected, misplaced } = await picturesOf(spotlight.outputs.pageUrl, during);
  return [
    ...hostileFigures(attacked),
    {
      name: "pictures of the publisher lost meanwhile",
      value: lost.length + misplaced,
      unit: "times",
      atMost: 0,
      note: `of ${expected}, as the recordings show them`,
    },
  ];
}

async function clockSteps(bench: Bench, spotlight: Spotlight, clock: ShiftedClock): Promise<Figure[]> {
  // Otherwise this would measure what the three channels have left to convert.
  await untilSettled(spotlight, { within: catchUpWithinMs, but: 2 });
  const tooks: number[] = [];
  for (const hours of stepsHours) {
    bench.say(`the clock is set ${hours} h off`);
    tooks.push(await stepClock(spotlight, clock, { offsetMs: hours * hourMs, channel: "main" }));
  }
  await stopChannel(spotlight, "main");
  const view = await untilSettled(spotlight, { within: 120_000 });
  const broken = channels.flatMap((id) =>
    brokenTimeline(view.recordings.filter(({ channel, state }) => channel === id && state === "indexed")),
  );
  const { lost, twice } = checkCatalogue(view);
  const list = (faults: readonly string[]): { note?: string } => (faults.length === 0 ? {} : { note: faults[0]! });
  return [
    {
      name: "clock set: to the second recording that is indexed, worst",
      value: Math.max(...tooks) / 1000,
      unit: "s",
      atMost: 30,
      note: `set ${stepsHours.map((hours) => `${hours} h`).join(", ")} off while live`,
    },
    {
      name: "recordings out of order, or with a gap",
      value: broken.length,
      unit: "recordings",
      atMost: 0,
      ...list(broken),
    },
    {
      name: "recordings lost or twice",
      value: [...lost, ...twice].length,
      unit: "recordings",
      atMost: 0,
      ...list([...lost, ...twice]),
    },
  ];
}

/** What `work` results in, and the share of one core that the server's main process took meanwhile, in percent. */
async function coreShare<Result>(
  { pid }: Spotlight,
  work: () => Promise<Result>,
): Promise<{ result: Result; percent: number }> {
  const cpu = (): number => processTree(pid)[0]?.cpuSeconds ?? NaN;
  const before = { cpu: cpu(), at: performance.now() };
  const result = await work();
  return { result, percent: (100_000 * (cpu() - before.cpu)) / (performance.now() - before.at) };
}
