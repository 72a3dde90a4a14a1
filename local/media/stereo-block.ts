import { AV_CH_LAYOUT_STEREO, AV_CHANNEL_ORDER_NATIVE, AV_SAMPLE_FMT_FLTP } from "node-av/constants";
import { Frame } from "node-av/lib";

/** Samples a second. */
export const sampleRate = 48_000;
/** Samples of a block: an AAC frame. */
export const blockSamples = 1024;

/** Sound as an AAC encoder takes it: samples of the left and the right channel. */
export type Stereo = readonly [left: Float32Array, right: Float32Array];

export const silence: Stereo = [new Float32Array(blockSamples), new Float32Array(blockSamples)];

/** The track's block with this number, from 0, as a frame. The caller frees it. */
export function blockFrame(block: Stereo, number: number): Frame {
  return Frame.fromAudioBuffer(Buffer.concat(block.map((channel) => Buffer.from(channel.buffer))), {
    nbSamples: blockSamples,
    format: AV_SAMPLE_FMT_FLTP,
    sampleRate,
    channelLayout: { nbChannels: 2, order: AV_CHANNEL_ORDER_NATIVE, mask: AV_CH_LAYOUT_STEREO },
    timeBase: { num: 1, den: sampleRate },
    pts: BigInt(number * blockSamples),
  });
}
