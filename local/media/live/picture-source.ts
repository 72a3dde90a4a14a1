import { AV_CODEC_ID_H264 } from "node-av/constants";
import type { Frame } from "node-av/lib";
import type { MediaPacket } from "../ingest/publication.ts";
import { PacketDecoder } from "./packet-decoder.ts";
import { displaySize, PictureShape, type DisplaySize } from "./picture-shape.ts";

/** If neither the publisher nor the stream tells the frame rate, this many frames are waited for to measure it. */
const measuredFrames = 8;

/** What a job must know of its pictures before it can encode any. */
export interface PictureFormat {
  size: DisplaySize;
  frameRate: number;
}

/** Decodes a stream's pictures and keeps them in the shape of the first. */
export class PictureSource {
  /** What the publisher announces, in frames per second. */
  announcedRate: number | undefined;
  #decoder: PacketDecoder | undefined;
  #shape: PictureShape | undefined;
  #waiting: Frame[] = [];
  #format: PictureFormat | undefined;

  /** Known from the first pictures on; none are given before. */
  get format(): PictureFormat | undefined {
    return this.#format;
  }

  /** Decodes a packet. The caller frees the frames. */
  add(packet: MediaPacket): Frame[] {
    if (packet.configuration) {
      const rest = this.#conform(this.#decoder?.finish() ?? []);
      this.#decoder = PacketDecoder.open(AV_CODEC_ID_H264, packet.data);
      if (this.#decoder === undefined) throw new Error("the picture's H.264 configuration is damaged.");
      return rest;
    }
    const { data, timestamp, compositionOffset } = packet;
    return this.#conform(this.#decoder?.decode(data, timestamp, timestamp + compositionOffset) ?? []);
  }

  /** The frames that are left. */
  finish(): Frame[] {
    const decoded = this.#conform(this.#decoder?.finish() ?? []);
    this.#decoder = undefined;
    if (this.#format === undefined && this.#waiting.length > 0) this.#measure();
    this.#waiting.push(...(this.#shape?.finish() ?? []));
    return [...decoded, ...this.#released()];
  }

  #conform(decoded: readonly Frame[]): Frame[] {
    const frames: Frame[] = [];
    for (const frame of decoded) {
      this.#shape ??= new PictureShape(frame);
      this.#waiting.push(...this.#shape.conform(frame));
      if (this.#format === undefined) this.#measure();
      if (this.#format !== undefined) frames.push(...this.#released());
    }
    return frames;
  }

  /** The frames that wait, each with the time that it is shown: the last one would be lost without. */
  #released(): Frame[] {
    const frames = this.#waiting.splice(0);
    for (const frame of frames) frame.duration = BigInt(Math.round(1000 / (this.#format?.frameRate || 30)));
    return frames;
  }

  #measure(): void {
    const [first, last] = [this.#waiting[0], this.#waiting.at(-1)];
    if (first === undefined || last === undefined) return;
    const told = this.announcedRate ?? (this.#decoder?.frameRate || undefined);
    if (told === undefined && this.#waiting.length < measuredFrames && this.#decoder !== undefined) return;
    const span = Number(last.pts - first.pts);
    const measured = span > 0 ? ((this.#waiting.length - 1) * 1000) / span : 0;
    this.#format = { size: displaySize(first), frameRate: told ?? measured };
  }
}
