import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  checkCatalogue,
  untilIndexed,
  untilSettled,
  viewCatalogue,
  type CatalogueView,
} from "../../bench/endurance/catalogue-check.ts";
import { brokenTimeline, hourMs, stepClock } from "../../bench/endurance/clock.ts";
import { fillDisk, smallDiskMegabytes, smallDiskOptions } from "../../bench/endurance/full-disk.ts";
import { attackIngest } from "../../bench/endurance/hostile-ingest.ts";
import { killHelpers, killMain } from "../../bench/endurance/kills.ts";
import { picturesOf } from "../../bench/endurance/pictures.ts";
import { createRandom } from "../../bench/endurance/random.ts";
import { createShiftedClock, type ShiftedClock } from "../../bench/endurance/shifted-clock.ts";
import { makeSmallDisk, noSmallDisk, type SmallDisk } from "../../bench/endurance/small-disk.ts";
import { smallSystem, stopChannel, streamTo, untilLive, untilOff } from "../../bench/endurance/small-system.ts";
import { watchLive } from "../../bench/endurance/viewers.ts";
import { demoFootage, registerPeople } from "../../bench/demo-stream.ts";
import { ApiClient } from "../../local/cli/demo/api-client.ts";
import type { Publisher } from "../../local/media/publisher/publish.ts";
import { startSpotlight, type Spotlight } from "../support/spotlight.ts";

/** The quick form of `npm run bench -- endurance`: the same parts, with small numbers, on one data folder. */
describe("a stream that goes through a lot", function () {
  this.timeout(90_000);
  this.bail(true);

  const publishers: Publisher[] = [];
  /** Streams pictures with their numbers, for half a minute. */
  let counted: Publisher;
  let folder: string;
  /** Where the machine allows none, the data folder is on its own disk, which nobody fills. */
  let disk: SmallDisk | undefined;
  let clock: ShiftedClock;
  let spotlight: Spotlight;
  /** Recordings that were listed before the kills. */
  let recorded: CatalogueView["recordings"];

  const start = async (): Promise<void> => {
    const options = [...smallSystem(["main", "second"]), ...smallDiskOptions];
    const data = disk?.data ?? join(folder, "data");
    spotlight = await startSpotlight(data, options, { ...disk?.surroundings, environment: clock.environment });
  };
  const begin = async (publisher: Publisher): Promise<Publisher> => {
    publishers.push(publisher);
    await publisher.started;
    return publisher;
  };
  /** Streams someone's face to the main channel, again and again. */
  const streamToMain = async (): Promise<void> => {
    const scenes = [{ file: (await demoFootage()).franck, fromSeconds: 30, seconds: 10 }];
    await begin(streamTo(spotlight, "main", { scenes, loop: true }));
    await untilLive(spotlight, ["main"]);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "endurance-"));
    clock = createShiftedClock(folder);
    disk = await makeSmallDisk(join(folder, "disk"), smallDiskMegabytes);
    await start();
    await registerPeople(new ApiClient(spotlight.outputs.apiUrl, spotlight.outputs.adminToken));
    const scenes = [{ file: (await demoFootage()).franck, fromSeconds: 30, seconds: 30 }];
    counted = await begin(streamTo(spotlight, "main", { scenes, prepare: true, clock: "count" }));
    await untilLive(spotlight, ["main"]);
  });
  after(async () => {
    for (const publisher of publishers) publisher.kill();
    await spotlight.stop();
    await disk?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it("reaches every viewer without a gap while 300 hostile clients come, who are all dropped", async () => {
    const playlists = [spotlight.outputs.playbackUrl];
    const port = Number(new URL(spotlight.outputs.ingestServer).port);
    const [watched, attacked] = await Promise.all([
      watchLive({ playlists, viewers: 12, seconds: 10 }),
      attackIngest({ port, pid: spotlight.pid, connections: 300, atOnce: 50, random: createRandom(1) }),
    ]);
    assert.deepEqual([watched.failures, watched.missed, watched.gaps, watched.viewers], [[], 0, 0, 12]);
    assert.ok(watched.parts > 12 * 10, `${watched.parts} parts`);
    assert.deepEqual(
      [attacked.connections, attacked.accepted, attacked.stayed, attacked.socketsLeft],
      [300, [], [], 0],
    );
  });

  it("shows in its recordings the pictures that were sent, and no others, one after the other", async () => {
    const { recordings } = await viewCatalogue(spotlight);
    const during = recordings.filter(({ channel }) => channel === "main").map(({ id }) => id);
    await untilIndexed(spotlight, during, { within: 60_000 });
    assert.equal((await picturesOf(spotlight.outputs.pageUrl, during)).misplaced, 0);
  });

  it("is recorded on when the clock is set an hour ahead and back, and its other channel comes and goes", async () => {
    await counted.stop();
    await streamToMain();
    await stepClock(spotlight, clock, { offsetMs: hourMs, channel: "main" });
    const scenes = [{ picture: "test" as const, seconds: 10 }];
    const second = await begin(streamTo(spotlight, "second", { scenes, loop: true, width: 320, height: 180 }));
    await untilLive(spotlight, ["second"]);
    await stepClock(spotlight, clock, { offsetMs: 0, channel: "main" });
    await second.stop();
    await untilOff(spotlight, "second");
    const { recordings } = await viewCatalogue(spotlight);
    recorded = recordings.filter(({ channel, state }) => channel === "main" && state === "indexed");
    assert.deepEqual(brokenTimeline(recorded), []);
  });

  it("stays live on a full disk, and is recorded on once there is space", async () => {
    if (disk === undefined) {
      console.log(`      not tried: ${noSmallDisk}; low-disk.test.ts tests the reserve on the machine's own disk`);
      return;
    }
    const { watched } = await fillDisk(spotlight, disk, { channel: "main", viewers: 2, seconds: 6 });
    assert.deepEqual([watched.failures, watched.missed, watched.gaps], [[], 0, 0]);
  });

  it("is live again after its encoder and then everything was killed, and nothing is left behind", async () => {
    assert.ok(killHelpers(spotlight, "encoder") > 0);
    await untilLive(spotlight, ["main"]);
    assert.equal(await killMain(spotlight), 0);
    await start();
    await streamToMain();
  });

  it("has every recording once, with its moments", async () => {
    await Promise.all(["main", "second"].map((channel) => stopChannel(spotlight, channel)));
    const view = await untilSettled(spotlight, { within: 60_000 });
    const faults = checkCatalogue(
      view,
      recorded.map(({ id }) => id),
    );
    assert.deepEqual(faults, { lost: [], twice: [], miscounted: [] });
    assert.ok(view.people.some(({ clips }) => clips > 0));
  });
});
