/**
 * Footage with known truth: shots composed of photos of people, with hard cuts. In a process of its own, as FFmpeg's
 * native objects don't survive the end of a run.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { Encoder, FilterAPI, Muxer } from "node-av/api";
import { AV_LOG_ERROR, AV_PIX_FMT_RGB24, EOF, FF_ENCODER_LIBX264 } from "node-av/constants";
import { Frame, Log, Rational } from "node-av/lib";
import sharp from "sharp";
import type { FaceReport } from "../../local/vision/report.ts";

/** A photo, and where the face is in it, as fractions. */
export interface FacePhoto {
  file: string;
  box: FaceReport["box"];
  /** How far the face is turned, degrees. */
  yaw: number;
}

/** Someone in a shot. */
export interface Actor {
  photo: FacePhoto;
  /** Height of the face in the picture, pixels. */
  pixels: number;
  /** Where the face's middle is at first, as fractions of the picture, and how far it moves in a second. */
  at: { x: number; y: number };
  moves: { x: number; y: number };
  /** When the actor is in the picture, seconds from the shot's start; default: all the time. */
  from?: number;
  to?: number;
  /** When something covers the face, seconds from the shot's start. */
  covered?: { from: number; to: number };
  /** Standard deviation of the blur, pixels; default 0. */
  blur?: number;
  /** Factor on the brightness; default 1. */
  light?: number;
}

export interface Shot {
  seconds: number;
  /** Colour of the background, red, green, blue. */
  background: readonly [number, number, number];
  actors: readonly Actor[];
}

export interface Script {
  width: number;
  height: number;
  frameRate: number;
  shots: readonly Shot[];
}

/** Writes the footage to `file`, an MP4 as conversion makes them. */
export async function writeFootage(script: Script, file: string): Promise<void> {
  await writeFile(`${file}.json`, JSON.stringify(script));
  await promisify(execFile)(process.execPath, [import.meta.filename, file]);
}

/** A picture of red, green and blue bytes. */
interface Cutout {
  data: Buffer;
  width: number;
  height: number;
}

/** Side of the cutout around a face, in heights of the face. */
const cutoutSides = 2.2;

async function render(script: Script, file: string): Promise<void> {
  Log.setLevel(AV_LOG_ERROR);
  const { width, height, frameRate, shots } = script;
  const muxer = await Muxer.open(file, { format: "mp4", useSyncQueue: false, useAsyncWrite: false });
  const filter = FilterAPI.create("scale=out_range=limited,format=yuv420p");
  const encoder = await Encoder.create(FF_ENCODER_LIBX264, {
    bitrate: height > 720 ? 6_000_000 : 2_500_000,
    gopSize: 2 * frameRate,
    maxBFrames: 2,
    filter,
    options: { preset: "veryfast" },
  });
  const index = muxer.addStream(encoder);
  const drain = (): void => {
    for (let packet = encoder.receiveSync(); packet !== null && packet !== EOF; packet = encoder.receiveSync()) {
      muxer.writePacketSync(packet, index);
      packet.free();
    }
  };
  let pts = 0n;
  for (const shot of shots) {
    const cutouts = await Promise.all(shot.actors.map(cutoutOf));
    const background = backgroundOf(shot, width, height);
    for (let frame = 0; frame < Math.round(shot.seconds * frameRate); frame++) {
      const seconds = frame / frameRate;
      const picture = Buffer.from(background);
      for (const [i, actor] of shot.actors.entries()) {
        if (seconds < (actor.from ?? 0) || seconds >= (actor.to ?? Infinity)) continue;
        const x = Math.round((actor.at.x + actor.moves.x * seconds) * width - cutouts[i]!.width / 2);
        const y = Math.round((actor.at.y + actor.moves.y * seconds) * height - cutouts[i]!.height / 2);
        const { covered } = actor;
        const isCovered = covered !== undefined && seconds >= covered.from && seconds < covered.to;
        paste(picture, width, height, isCovered ? plain(cutouts[i]!) : cutouts[i]!, x, y);
      }
      const raw = Frame.fromVideoBuffer(picture, {
        width,
        height,
        format: AV_PIX_FMT_RGB24,
        timeBase: new Rational(1, frameRate),
        pts: pts++,
      });
      for (const converted of filter.processAllSync(raw)) {
        encoder.encodeSync(converted);
        converted.free();
        drain();
      }
      raw.free();
    }
  }
  encoder.encodeSync(null);
  drain();
  muxer.closeSync();
}

/** The square around the actor's face, at its size in the picture. */
async function cutoutOf({ photo: { file, box }, pixels, blur = 0, light = 1 }: Actor): Promise<Cutout> {
  const upright = await sharp(file).autoOrient().toBuffer();
  const { width, height } = await sharp(upright).metadata();
  const side = Math.round(box.height * height * cutoutSides);
  const left = Math.round((box.left + box.width / 2) * width - side / 2);
  const top = Math.round((box.top + box.height / 2) * height - side / 2);
  const margin = { left: Math.max(0, -left), top: Math.max(0, -top) };
  const padded = await sharp(upright)
    .extend({
      ...margin,
      right: Math.max(0, left + side - width),
      bottom: Math.max(0, top + side - height),
      extendWith: "copy",
    })
    .toBuffer();
  const target = Math.max(16, Math.round(pixels * cutoutSides));
  let image = sharp(padded)
    .extract({ left: left + margin.left, top: top + margin.top, width: side, height: side })
    .resize(target, target, { kernel: "lanczos3" });
  if (blur > 0.3) image = image.blur(blur);
  const { data, info } = await image
    .linear(light, 0)
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: info.channels === 3 ? data : threeChannels(data), width: target, height: target };
}

function threeChannels(grey: Buffer): Buffer {
  const data = Buffer.alloc(grey.length * 3);
  for (let i = 0; i < grey.length; i++) data.fill(grey[i]!, 3 * i, 3 * i + 3);
  return data;
}

function plain({ data, width, height }: Cutout): Cutout {
  return { data: Buffer.alloc(data.length, 90), width, height };
}

/** A background with a pattern, so that it is not black or flat. */
function backgroundOf({ background }: Shot, width: number, height: number): Buffer {
  const picture = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const shade = ((x >> 5) + (y >> 5)) % 2 === 0 ? 1 : 0.8;
      for (let c = 0; c < 3; c++) picture[(y * width + x) * 3 + c] = background[c]! * shade;
    }
  }
  return picture;
}

function paste(picture: Buffer, width: number, height: number, cutout: Cutout, left: number, top: number): void {
  const from = Math.max(0, -left);
  const columns = Math.min(cutout.width, width - left) - from;
  if (columns <= 0) return;
  for (let row = Math.max(0, -top); row < Math.min(cutout.height, height - top); row++) {
    const source = (row * cutout.width + from) * 3;
    cutout.data.copy(picture, ((top + row) * width + left + from) * 3, source, source + columns * 3);
  }
}

if (import.meta.main) {
  const file = process.argv[2] ?? "";
  await render(JSON.parse(await readFile(`${file}.json`, "utf8")) as Script, file);
  process.exit();
}
