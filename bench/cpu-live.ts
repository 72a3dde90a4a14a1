import { join } from "node:path";
import { startFloor } from "./floor/start-floor.ts";
import type { Measurement } from "./measurement.ts";
import { liveSettings, prepareStream, runLiveJob } from "./prepared-stream.ts";
import { median } from "./statistics.ts";

const pairs = 3;
/** Both must encode the same for a meaningful ratio. A rounded timestamp may add one frame at the very end. */
const sameBytes = 0.01;
const sameFrames = 1;

/** Compares the CPU time of the live job with that of direct FFmpeg calls for the same work. */
export const cpuLive: Measurement = {
  name: "cpu-live",
  about: "CPU seconds of the live job for 60 s of 720p, and as a ratio to direct FFmpeg calls",
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
          `The live job produced ${job.frames} frames and ${job.fragmentBytes} bytes, its floor ${frames} and ` +
            `${fragmentBytes}: they must do the same work.`,
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
        note: `${ladder}, AAC, fragmented MP4 and archive, from start to end of its process; median of ${pairs}`,
      },
      { name: "its floor", value: median(runs.map(({ floor }) => floor)) * per60, unit: "s" },
      {
        name: "ratio to direct FFmpeg calls",
        value: median(runs.map(({ job, floor }) => job / floor)),
        unit: "×",
        atMost: 1.1,
        note: `median of pairs ${runs.map(({ job, floor }) => (job / floor).toFixed(3)).join(", ")}`,
      },
    ];
  },
};
