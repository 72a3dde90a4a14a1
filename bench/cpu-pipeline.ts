import { createReadStream, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ListBucketsCommand, paginateListObjectsV2, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { fitLadder } from "../domain/ladder.ts";
import { until } from "../test/support/spotlight.ts";
import { registerPeople } from "./demo-stream.ts";
import type { Floors } from "./floor/floors.ts";
import { startFloor } from "./floor/start-floor.ts";
import type { Measurement } from "./measurement.ts";
import { prepareStream, liveSettings, runLiveJob } from "./prepared-stream.ts";
import { treeCpuSeconds } from "./process-tree.ts";
import { withSpotlight, type MeasuredSpotlight } from "./running-spotlight.ts";
import { mean, median } from "./statistics.ts";

const pairs = 3;
/** Each pair uses different footage, since Spotlight analyses the same video only once. */
const shiftSeconds = 16;
/** Both must write the same files for a meaningful ratio. */
const sameBytes = 0.01;
const idleMs = 5000;
const lookMs = 500;

/** Compares the CPU time from archive file to clip with that of the FFmpeg work and the networks alone. */
export const cpuPipeline: Measurement = {
  name: "cpu-pipeline",
  about: "CPU seconds from archive file to clip, and as a ratio to the same FFmpeg work and networks alone",
  measure: (bench) =>
    withSpotlight(join(bench.folder, "cpu-pipeline"), async (spotlight) => {
      await registerPeople(spotlight.api);
      const settings = await liveSettings();
      const [top, ...lower] = fitLadder(settings.renditions, settings.renditions[0]!);
      const archive = await openArchive(spotlight);
      const runs: {
        files: number;
        spotlight: number;
        floor: Floors["pipeline"]["result"]["cpuSeconds"];
        ratio: number;
      }[] = [];
      for (let pair = 1; pair <= pairs; pair++) {
        const folder = join(bench.folder, `archive-${pair}`);
        const stream = await prepareStream(bench.folder, (pair - 1) * shiftSeconds);
        // The short last file of the stream warms both up.
        const files = (await runLiveJob(stream, settings, folder)).archive;
        const [warmUp, measured] = [files.slice(-1), files.slice(0, -1)];
        await indexAll(spotlight, archive, `20260101T0000${String(pair).padStart(2, "0")}`, warmUp);
        const broadcast = `20260102T0000${String(pair).padStart(2, "0")}`;
        const idle = await idleCores(spotlight);
        const begun = { at: performance.now(), cpu: treeCpuSeconds(spotlight.pid) };
        await indexAll(spotlight, archive, broadcast, measured);
        const whole = treeCpuSeconds(spotlight.pid) - begun.cpu - (idle * (performance.now() - begun.at)) / 1000;
        const bytes = await archive.vodBytes(`vod/main/${broadcast}/`);
        const { result: floor } = await startFloor("pipeline", {
          files: [...warmUp, ...measured],
          top: top!.name,
          lower,
          folder: join(bench.folder, `floor-${pair}`),
        });
        if (Math.abs(bytes / floor.bytes - 1) > sameBytes)
          throw new Error(`Spotlight produced ${bytes} bytes, its floor ${floor.bytes}: they must do the same work.`);
        const parts = floor.cpuSeconds.convert + floor.cpuSeconds.decodeSamples + floor.cpuSeconds.networks;
        runs.push({ files: measured.length, spotlight: whole, floor: floor.cpuSeconds, ratio: whole / parts });
        bench.say(
          `pair ${pair} of ${pairs}: Spotlight ${whole.toFixed(2)} CPU s for ${measured.length} recordings ` +
            `(idle: ${(idle * 100).toFixed(1)} % of a core), its parts alone ${parts.toFixed(2)}`,
        );
      }
      const each = (value: (run: (typeof runs)[number]) => number): number =>
        mean(runs.map((run) => value(run) / run.files));
      return [
        {
          name: "archive file to clip, CPU per recording of 10 s",
          value: median(runs.map((run) => run.spotlight / run.files)),
          unit: "s",
          note: "all of Spotlight's processes, minus their idle CPU time",
        },
        {
          name: "its parts alone",
          value: each(({ floor }) => floor.convert + floor.decodeSamples + floor.networks),
          unit: "s",
          note:
            `converting ${each(({ floor }) => floor.convert).toFixed(2)}, decoding for recognition ` +
            `${each(({ floor }) => floor.decodeSamples).toFixed(2)}, networks ` +
            each(({ floor }) => floor.networks).toFixed(2),
        },
        {
          name: "ratio to its parts alone",
          value: median(runs.map(({ ratio }) => ratio)),
          unit: "×",
          atMost: 1.15,
          note: `median of pairs ${runs.map(({ ratio }) => ratio.toFixed(3)).join(", ")}`,
        },
      ];
    }),
};

interface RecordingAnswer {
  items: { state: string; error: string | null }[];
}

/** Uploads recordings to the archive as one broadcast, and waits until all are indexed and a clip exists. */
async function indexAll(
  spotlight: MeasuredSpotlight,
  archive: Archive,
  broadcast: string,
  files: readonly string[],
): Promise<void> {
  for (const [i, file] of files.entries())
    await archive.put(`main/${broadcast}/recording.${String(i).padStart(6, "0")}.ts`, file);
  const states = async (): Promise<RecordingAnswer["items"]> =>
    (await spotlight.api.get<RecordingAnswer>(`/recordings?broadcast=${broadcast}`)).items;
  const deadline = Date.now() + 120_000;
  for (
    let items = await states();
    items.length < files.length || items.some(({ state }) => state !== "indexed");
    items = await states()
  ) {
    const failed = items.find(({ state }) => state === "failed");
    if (failed !== undefined) throw new Error(`A recording failed: ${failed.error ?? ""}`);
    if (Date.now() > deadline)
      throw new Error(`Not within 120 s: ${files.length} recordings are indexed. Spotlight's log:\n${spotlight.log()}`);
    await sleep(lookMs);
  }
  await until(
    async () =>
      (await spotlight.api.get<{ items: unknown[] }>(`/clips?broadcast=${broadcast}&limit=1`)).items.length > 0,
    { within: 10_000, what: () => "a clip exists" },
  );
}

/** Cores that Spotlight uses when it only answers status requests. */
async function idleCores(spotlight: MeasuredSpotlight): Promise<number> {
  await sleep(1000);
  const begun = { at: performance.now(), cpu: treeCpuSeconds(spotlight.pid) };
  while (performance.now() < begun.at + idleMs) {
    await spotlight.api.get("/recordings?limit=5");
    await sleep(lookMs);
  }
  return ((treeCpuSeconds(spotlight.pid) - begun.cpu) * 1000) / (performance.now() - begun.at);
}

interface Archive {
  put(key: string, file: string): Promise<void>;
  /** Total size of all objects under a prefix of the VOD bucket. */
  vodBytes(prefix: string): Promise<number>;
}

/** The stack's archive and VOD buckets, through the S3 SDK. */
async function openArchive({ environment }: MeasuredSpotlight): Promise<Archive> {
  const {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
  } = environment;
  const s3 = new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  const { Buckets: buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const bucket = (part: string): string => {
    const name = buckets.find(({ Name }) => Name?.includes(part) === true)?.Name;
    if (name === undefined) throw new Error(`No bucket name contains "${part}".`);
    return name;
  };
  const [archive, vod] = [bucket("archive"), bucket("vod")];
  return {
    async put(Key, file) {
      await s3.send(
        new PutObjectCommand({
          Bucket: archive,
          Key,
          Body: createReadStream(file),
          ContentLength: statSync(file).size,
          ContentType: "video/mp2t",
        }),
      );
    },
    async vodBytes(Prefix) {
      let bytes = 0;
      for await (const { Contents: objects = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: vod, Prefix }))
        bytes += objects.reduce((sum, { Size: size = 0 }) => sum + size, 0);
      return bytes;
    },
  };
}
