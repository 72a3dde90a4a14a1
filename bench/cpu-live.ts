import { join } from "node:path";
import { startFloor } from "./floor/start-floor.ts";
import type { Measurement } from "./measurement.ts";
import { liveSettings, prepareStream, runLiveJob } from "./prepared-stream.ts";
import { median } from "./statistics.ts";

const pairs = 3;
/**
 * The two encode the same, or their ratio means nothing. At the very end a rounded timestamp may make one frame more.
 */
const sameBytes = 0.01;
const sameFrames = 1;

/** CPU of the live job against FFmpeg's bare calls, which do the same. */
export const cpuLive: Measurement = {
  name: "cpu-live",
  about: "CPU seconds of the live job for 60 s of 720p, and as a ratio to the bare FFmpeg calls",
  async measure(bench) {
    const settings = await liveSettings();
    const stream = await prepareStream(bench.folder);
    const runs: { job: number; floor: number }[] = [];
    for (let pair = 1; pair <= pairs; pair++) {
      const job = await runLiveJob(stream, settings, join(bench.folder, `cpu-live-${pair}`));
      const floor = await startFloor("live", { file: stream.file, settings });
      const { frames, fragmentBytes } = floor.result;
      if (Math.abs(job.frames - frames) > sameFrames || Math.abs(job.fragmentBytes / fragmentBytes - 1) > sameBytes) {
        throw new Error(
          `The live job made ${job.frames} frames and ${job.fragmentBytes} bytes, its floor ${frames} and ` +
            `${fragmentBytes}: they do not do the same work.`,
        );
      }
      runs.push({ job: job.cpuSeconds, floor: floor.cpuSeconds });
      bench.say(
        `pair ${pair} of ${pairs}: the job ${job.cpuSeconds.toFixed(2)} CPU s, its floor ` +
          floor.cpuSeconds.toFixed(2),
      );
    }
    const per60 = 60 / stream.seconds;
    const ladder = settings.renditions.map(({ name }) => name).join(" and ");
    return [
      {
        name: "live job, CPU for 60 s of 720p30",
        value: median(runs.map(({ job }) => job)) * per60,
        unit: "s",
        note: `${ladder}, AAC, fragmented MP4 and archive, from its process's start to its end; median of ${pairs}`,
      },
      { name: "its floor", value: median(runs.map(({ floor }) => floor)) * per60, unit: "s" },
      {
        name: "ratio to the bare FFmpeg calls",
        value: median(runs.map(({ job, floor }) => job / floor)),
        unit: "×",
        atMost: 1.1,
        note: `median of pairs ${runs.map(({ job, floor }) => (job / floor).toFixed(3)).join(", ")}`,
      },
    ];
  },
};
