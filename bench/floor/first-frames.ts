import type { Frame } from "node-av/lib";
import { decode, keep, newFrame, openDecoder, openInput } from "./ffmpeg.ts";

/** The first video and audio frames of a file, needed to open filters and encoders. */
export function firstFrames(file: string): { picture: Frame; sound: Frame } {
  const input = openInput(file);
  const streams = [input.video, input.audio].filter((stream) => stream !== undefined);
  const decoders = new Map(streams.map((stream) => [stream.index, openDecoder(stream, 1)]));
  const frame = newFrame();
  const firsts: { picture?: Frame; sound?: Frame } = {};
  for (const packet of input.packets()) {
    const decoder = decoders.get(packet.streamIndex);
    if (decoder === undefined) continue;
    decode(decoder, packet, frame, packet.timeBase, (decoded) => {
      if (decoded.isVideo()) firsts.picture ??= keep(decoded.clone() ?? undefined);
      else firsts.sound ??= keep(decoded.clone() ?? undefined);
    });
    if (firsts.picture !== undefined && firsts.sound !== undefined) break;
  }
  const { picture, sound } = firsts;
  if (picture === undefined || sound === undefined) throw new Error(`${file} has no video or no audio.`);
  return { picture, sound };
}
