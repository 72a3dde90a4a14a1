import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { encoderSettings } from "../components/encoder-settings.ts";
import { projectFolder } from "../local/assets/index.ts";
import { readEncoderSettings } from "../local/aws/medialive/encoder-settings.ts";
import { readProject } from "../local/engine/project.ts";
import { createLog } from "../local/log.ts";
import { tagType } from "../local/media/ingest/rtmp/tag.ts";
import { readFrameRate, readTagBody } from "../local/media/ingest/rtmp/tag-body.ts";
import { LiveFeed } from "../local/media/live/feed.ts";
import { startLiveProcess, type LiveProcess } from "../local/media/live/process.ts";
import type { LiveSettings } from "../local/media/live/settings.ts";
import { publish } from "../local/media/publisher/publish.ts";
import { demoScenes } from "./demo-stream.ts";

/** The demo's scenes in a file, as a publisher would send them. */
export interface PreparedStream {
  file: string;
  seconds: number;
}

/** Encodes the demo's scenes (see {@link demoScenes}) as 720p30 into an FLV file, faster than real time. */
export async function prepareStream(folder: string, shiftSeconds = 0): Promise<PreparedStream> {
  const file = join(folder, `demo-${shiftSeconds}.flv`);
  const { scenes } = await publish({ url: file, scenes: await demoScenes(shiftSeconds), speed: 1000 }).done;
  return { file, seconds: (scenes.at(-1)?.endMs ?? 0) / 1000 };
}

/** The live channel's settings, derived from the program as in `npm start`. */
export async function liveSettings(): Promise<LiveSettings> {
  const { config } = await readProject(projectFolder, "local");
  const value = (key: string): string => config[`spotlight:${key}`] ?? "";
  const args = {
    ladder: JSON.parse(value("ladder")) as Parameters<typeof encoderSettings>[0]["ladder"],
    frameRate: Number(value("frameRate")),
    segmentSeconds: Number(value("segmentSeconds")),
    rolloverSeconds: Number(value("rolloverSeconds")),
  };
  return readEncoderSettings(
    JSON.parse(JSON.stringify(encoderSettings(args))) as Parameters<typeof readEncoderSettings>[0],
  ).live;
}

/** The results of a live job. */
export interface LiveJobRun {
  /** CPU time of its process, from start to end. */
  cpuSeconds: number;
  frames: number;
  fragmentBytes: number;
  /** Finished archive files, in order. */
  archive: string[];
}

/**
 * Runs the live job on a prepared stream as fast as it can, fed through its standard input as in a running channel.
 */
export async function runLiveJob(
  stream: PreparedStream,
  settings: LiveSettings,
  archiveFolder: string,
): Promise<LiveJobRun> {
  mkdirSync(archiveFolder, { recursive: true });
  const run: LiveJobRun = { cpuSeconds: 0, frames: 0, fragmentBytes: 0, archive: [] };
  let job: ReturnType<typeof startLiveProcess> | undefined;
  const begin = ({ startedAt }: { startedAt: number }): LiveProcess => {
    job = startLiveProcess(
      { ...settings, startedAt, archiveFolder },
      {
        fragment: (_, bytes) => void (run.fragmentBytes += bytes.length),
        report: (report) => {
          if (report.type === "archived") run.archive.push(report.file);
          else if (report.type === "finished")
            Object.assign(run, { frames: report.frames, cpuSeconds: report.cpuSeconds });
        },
      },
      Promise.resolve(),
    );
    return job;
  };
  // A clock that stands still: no picture is late.
  const feed = new LiveFeed({ log: createLog(), begin, now: () => 0 });
  for (const { type, timestamp, data } of flvTags(readFileSync(stream.file))) {
    if (type === tagType.script) {
      const frameRate = readFrameRate(data);
      if (frameRate !== undefined) feed.frameRate(frameRate);
      continue;
    }
    const body = readTagBody(type, timestamp, data);
    if (body !== undefined && "packet" in body) feed.packet(body.packet);
    if (job?.input.writableNeedDrain === true) await once(job.input, "drain");
  }
  feed.end();
  const end = await job?.ended;
  if (end?.failure !== undefined || run.frames === 0)
    throw new Error(`The live job failed: ${end?.failure ?? "it received no video"}`);
  return run;
}

/** The tags of an FLV file (Adobe FLV 10.1, annex E): a 9-byte header, then tags, each followed by a 4-byte size. */
function* flvTags(file: Buffer): Generator<{ type: number; timestamp: number; data: Buffer }> {
  for (let at = file.readUInt32BE(5) + 4; at + 11 <= file.length;) {
    const size = file.readUIntBE(at + 1, 3);
    yield {
      type: file[at]! & 0x1f,
      timestamp: file.readUIntBE(at + 4, 3) + file[at + 7]! * 2 ** 24,
      data: file.subarray(at + 11, at + 11 + size),
    };
    at += 11 + size + 4;
  }
}
