import { Decoder, Demuxer, FilterAPI } from "node-av/api";
import type { Frame } from "node-av/lib";
import type { Programme, Scene } from "./publish.ts";

export const sampleRate = 48_000;
/** Stereo 32-bit floats. */
const bytesPerSample = 8;

/** Opens a scene's picture or sound: a file, or FFmpeg's own generators. */
async function openSource(scene: Scene, generator: string): Promise<Demuxer> {
  const source = "file" in scene ? await Demuxer.open(scene.file) : await Demuxer.open(generator, { format: "lavfi" });
  if ("file" in scene && scene.fromSeconds !== undefined) source.seekSync(scene.fromSeconds);
  return source;
}

/** A scene's frames at the stream's size and frame rate. */
export async function* pictures(
  scene: Scene,
  { width, height, frameRate }: { width: number; height: number; frameRate: number },
): AsyncGenerator<Frame> {
  const source = await openSource(scene, `testsrc2=size=${width}x${height}:rate=${frameRate}`);
  const stream = source.video();
  if (stream === undefined) throw new Error(`${"file" in scene ? scene.file : "the picture"} has no video.`);
  const decoder = await Decoder.create(stream);
  const scale = `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2`;
  const fit = `${scale},pad=${width}:${height}:-1:-1`;
  const filter = FilterAPI.create(`fps=${frameRate},${fit},setsar=1,format=yuv420p`);
  try {
    for (const packet of source.packetsSync(stream.index)) {
      for (const frame of decoder.decodeAllSync(packet)) {
        yield* filter.processAllSync(frame);
        frame.free();
      }
      packet?.free();
    }
    filter.flushSync();
    yield* filter.flushFramesSync();
  } finally {
    filter.close();
    decoder.close();
    source.closeSync();
  }
}

/** A scene's sound as interleaved stereo floats: the file's own, or a tone or silence without end. */
export async function* sounds(scene: Scene, kind: NonNullable<Programme["sound"]>): AsyncGenerator<Buffer> {
  const generator =
    kind === "tone" ? `sine=frequency=440:sample_rate=${sampleRate}` : `anullsrc=sample_rate=${sampleRate}`;
  let source = await openSource(scene, generator);
  if (source.audio() === undefined) {
    source.closeSync();
    source = await Demuxer.open(generator, { format: "lavfi" });
  }
  const stream = source.audio();
  if (stream === undefined) return;
  const decoder = await Decoder.create(stream);
  const filter = FilterAPI.create(
    `aresample=${sampleRate}:async=1:first_pts=0,aformat=sample_fmts=flt:channel_layouts=stereo`,
  );
  try {
    for (const packet of source.packetsSync(stream.index)) {
      for (const frame of decoder.decodeAllSync(packet)) {
        for (const resampled of filter.processAllSync(frame)) {
          yield resampled.toBuffer().subarray(0, resampled.nbSamples * bytesPerSample);
          resampled.free();
        }
        frame.free();
      }
      packet?.free();
    }
  } finally {
    filter.close();
    decoder.close();
    source.closeSync();
  }
}

/** Reads a scene's sound in exact numbers of samples, with silence after the end of the file. */
export class SoundReader {
  #waiting: Buffer = Buffer.alloc(0);
  readonly #source: AsyncGenerator<Buffer>;

  constructor(source: AsyncGenerator<Buffer>) {
    this.#source = source;
  }

  async read(samples: number): Promise<Buffer> {
    const wanted = samples * bytesPerSample;
    while (this.#waiting.length < wanted) {
      const next = await this.#source.next();
      if (next.done === true) break;
      this.#waiting = Buffer.concat([this.#waiting, next.value]);
    }
    const taken = this.#waiting.subarray(0, wanted);
    this.#waiting = this.#waiting.subarray(taken.length);
    return taken.length === wanted ? taken : Buffer.concat([taken, Buffer.alloc(wanted - taken.length)]);
  }

  async close(): Promise<void> {
    await this.#source.return(undefined);
  }
}
