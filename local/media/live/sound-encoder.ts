import { Encoder, FilterAPI } from "node-av/api";
import { AV_CODEC_ID_AAC, EOF, FF_ENCODER_AAC } from "node-av/constants";
import type { Frame, Packet } from "node-av/lib";
import type { MediaPacket } from "../ingest/publication.ts";
import { PacketDecoder } from "./packet-decoder.ts";
import { blockFrame, sampleRate, type Stereo } from "../stereo-block.ts";
import { SoundTrack } from "./sound-track.ts";

/** Decodes a stream's sound, whatever its format, and encodes it as one unbroken AAC track. */
export class SoundEncoder {
  readonly encoder: Encoder;
  readonly #take: (packet: Packet) => void;
  readonly #track: SoundTrack;
  #decoder: PacketDecoder | undefined;
  /** Converts decoded frames of the format `key`. */
  #resampler: { key: string; api: FilterAPI } | undefined;
  #blocks = 0;

  private constructor(encoder: Encoder, take: (packet: Packet) => void) {
    this.encoder = encoder;
    this.#take = take;
    this.#track = new SoundTrack((block) => this.#encode(block));
  }

  /** @param take Takes each encoded packet, which is freed afterwards. */
  static async create(bitrate: number, take: (packet: Packet) => void): Promise<SoundEncoder> {
    return new SoundEncoder(await Encoder.create(FF_ENCODER_AAC, { bitrate }), take);
  }

  /** Whether sound comes, rather than silence. */
  get isPresent(): boolean {
    return this.#track.isPresent;
  }

  add(packet: MediaPacket): void {
    if (packet.configuration) {
      this.#endDecoder();
      // Sound that can't be decoded is none: the picture goes on, and the job tells that no sound comes.
      this.#decoder = PacketDecoder.open(AV_CODEC_ID_AAC, packet.data);
      if (this.#decoder !== undefined) this.#track.expect();
      return;
    }
    for (const frame of this.#decoder?.decode(packet.data, packet.timestamp, packet.timestamp) ?? [])
      this.#resample(frame);
  }

  /** The picture has come to this time, in seconds. */
  advance(seconds: number): void {
    this.#track.advance(Math.round(seconds * sampleRate));
  }

  /** Ends the track with the picture, at `seconds`. */
  finish(seconds: number): void {
    this.#endDecoder();
    this.#track.finish(Math.round(seconds * sampleRate));
    this.encoder.encodeSync(null);
    this.#drain();
  }

  close(): void {
    this.encoder.close();
  }

  #endDecoder(): void {
    for (const frame of this.#decoder?.finish() ?? []) this.#resample(frame);
    this.#decoder = undefined;
    this.#resampler?.api.close();
    this.#resampler = undefined;
  }

  #resample(frame: Frame): void {
    const key = [frame.sampleRate, frame.format, frame.channels].join();
    if (this.#resampler?.key !== key) {
      this.#resampler?.api.close();
      const graph = `aresample=${sampleRate},aformat=sample_fmts=fltp:channel_layouts=stereo`;
      this.#resampler = { key, api: FilterAPI.create(graph) };
    }
    for (const resampled of this.#resampler.api.processAllSync(frame)) {
      const { num, den } = resampled.timeBase;
      const start = Math.round((Number(resampled.pts) * num * sampleRate) / den);
      const [left, right] = (resampled.data ?? []).map((plane) => samplesOf(plane, resampled.nbSamples));
      if (left !== undefined && right !== undefined) this.#track.add(start, [left, right]);
      resampled.free();
    }
    frame.free();
  }

  #encode(block: Stereo): void {
    const frame = blockFrame(block, this.#blocks++);
    this.encoder.encodeSync(frame);
    frame.free();
    this.#drain();
  }

  #drain(): void {
    for (
      let packet = this.encoder.receiveSync();
      packet !== null && packet !== EOF;
      packet = this.encoder.receiveSync()
    ) {
      // The first packet, before time 0, only warms decoders up; muxers would move everything else for it.
      if (packet.pts >= 0n) this.#take(packet);
      packet.free();
    }
  }
}

/** A copy of a plane's 32-bit samples. */
function samplesOf(plane: Buffer, count: number): Float32Array {
  const samples = new Float32Array(count);
  Buffer.from(samples.buffer).set(plane.subarray(0, 4 * count));
  return samples;
}
