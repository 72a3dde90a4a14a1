import assert from "node:assert/strict";
import { publish, type Publisher } from "../../../../local/media/publisher/publish.ts";
import { removeLiveCloud, startLiveCloud, until, type LiveCloud } from "../medialive/live-cloud.ts";

describe("the part target", function () {
  this.timeout(60_000);
  let cloud: LiveCloud | undefined;
  const publishers: Publisher[] = [];

  afterEach(async () => {
    for (const publisher of publishers.splice(0)) publisher.kill();
    await cloud?.stop();
    if (cloud !== undefined) removeLiveCloud(cloud);
    cloud = undefined;
  });

  // At 25 frames/s a third of a second is no whole number of frames.
  for (const [frameRate, target] of [
    [25, 0.361],
    [30, 0.335],
  ] as const)
    it(`never changes, and parts are 85 to 100 % of it, across two publishers at ${frameRate} frames/s`, async () => {
      const { live, channelId, ingestUrl, playback } = (cloud = await startLiveCloud({ segmentSeconds: 2, frameRate }));
      await live.startChannel(channelId);
      const stream = async (change: { width: number; height: number; sound: "tone" | "none" }): Promise<Publisher> => {
        const publisher = publish({
          url: ingestUrl,
          preset: "ultrafast",
          frameRate,
          scenes: [{ picture: "test", seconds: 60 }],
          ...change,
        });
        publishers.push(publisher);
        await publisher.started;
        return publisher;
      };
      const first = await stream({ width: 320, height: 180, sound: "tone" });
      const file = `${playback}/index_360p.m3u8`;
      await until("the playlist", async () => (await fetch(file)).ok);

      const durations = new Map<string, number>();
      const headers = new Set<string>();
      /** Reads the playlist of each new part until it has segment `sequence`. */
      const follow = async (sequence: number): Promise<void> => {
        let query = "";
        for (let done = false; !done;) {
          const text = await (await fetch(file + query)).text();
          for (const [line] of text.matchAll(/^#EXT-X-(?:TARGETDURATION|SERVER-CONTROL|PART-INF):.*$/gm))
            headers.add(line);
          for (const [, duration, part = ""] of text.matchAll(/EXT-X-PART:DURATION=([\d.]+),URI=".*_(\d+\.\d+)\.m4s"/g))
            durations.set(part, Number(duration));
          const [, msn, part] = /PRELOAD-HINT.*_(\d+)\.(\d+)\.m4s"/.exec(text) ?? [];
          query = `?_HLS_msn=${msn ?? ""}&_HLS_part=${part ?? ""}`;
          done = new RegExp(`^segment_.*_${sequence}\\.m4s$`, "m").test(text);
        }
      };
      await follow(2);
      await first.stop();
      await stream({ width: 640, height: 360, sound: "none" });
      await follow(5);

      assert.deepEqual(
        [...headers],
        [
          "#EXT-X-TARGETDURATION:2",
          `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${(3 * target).toFixed(3)}`,
          `#EXT-X-PART-INF:PART-TARGET=${target.toFixed(3)}`,
        ],
      );
      const isLast = (part: string): boolean => {
        const [segment, number] = part.split(".").map(Number);
        return !durations.has(`${segment}.${number! + 1}`);
      };
      const wrong = [...durations].filter(
        ([part, duration]) => duration > target || (duration < 0.85 * target && !isLast(part)),
      );
      assert.deepEqual(wrong, []);
      assert.ok(durations.size > 30, `${durations.size} parts`);
    });
});
