import { Encoder, type Muxer } from "node-av/api";
import { FF_ENCODER_AAC } from "node-av/constants";
import type { Frame } from "node-av/lib";
import { blockFrame, blockSamples, sampleRate } from "../stereo-block.ts";
import { encode } from "./writers.ts";

/** The sound of parts that follow one another, cut and filled to exactly as long as their pictures. */
export interface JoinedSound {
  /** Adds a frame of planar stereo, unless the part has enough already. */
  add(frame: Frame): void;
  /** The part that is being added ends here, in seconds from the start of the whole. Sound beyond it is dropped. */
  until(seconds: number): void;
  /** Fills with silence up to a time, at most to the end of the part. */
  fill(seconds: number): void;
  finish(): void;
}

/** Adds an AAC track to the file. */
export async function createJoinedSound(muxer: Muxer, bitrate: number): Promise<JoinedSound> {
  const encoder = await Encoder.create(FF_ENCODER_AAC, { bitrate });
  const stream = muxer.addStream(encoder);
  const block = [new Float32Array(blockSamples), new Float32Array(blockSamples)] as const;
  let samples = 0;
  let end = 0;

  const send = (): void => {
    const frame = blockFrame(block, Math.ceil(samples / blockSamples) - 1);
    encode(encoder, frame, (packet) => muxer.writePacketSync(packet, stream));
    frame.free();
    for (const channel of block) channel.fill(0);
  };
  const push = (count: number, copy: (to: Float32Array, channel: 0 | 1, from: number) => void): void => {
    for (let done = 0; done < count;) {
      const at = samples % blockSamples;
      const some = Math.min(count - done, blockSamples - at);
      copy(block[0].subarray(at, at + some), 0, done);
      copy(block[1].subarray(at, at + some), 1, done);
      samples += some;
      done += some;
      if (samples % blockSamples === 0) send();
    }
  };
  return {
    add(frame) {
      const planes = frame.data ?? [];
      push(Math.min(frame.nbSamples, end - samples), (to, channel, from) => {
        const plane = planes[channel];
        if (plane !== undefined) for (let i = 0; i < to.length; i++) to[i] = plane.readFloatLE(4 * (from + i));
      });
    },
    until: (seconds) => void (end = Math.round(seconds * sampleRate)),
    fill(seconds) {
      push(Math.min(Math.round(seconds * sampleRate), end) - samples, () => undefined);
    },
    finish() {
      if (samples % blockSamples !== 0) send();
      encode(encoder, null, (packet) => muxer.writePacketSync(packet, stream));
      encoder.close();
    },
  };
}
