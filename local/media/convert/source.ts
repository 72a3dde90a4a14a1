import { Demuxer } from "node-av/api";
import { AV_NOPTS_VALUE } from "node-av/constants";
import type { Packet, Rational, Stream } from "node-av/lib";

/** An open file whose packets share one clock, which is zero at the first picture. */
export interface Source {
  video: Stream;
  audio?: Stream;
  /** Frames per second; constant in what MediaLive and OBS write. */
  frameRate: Rational;
  /** Milliseconds, according to the container. */
  durationMs: number;
  /** Packets in file order. Sound before the first picture is omitted. Free each. */
  packets(): Generator<Packet>;
  close(): void;
}

/** Opens a media file for conversion; throws a readable error if it has no video. */
export async function openSource(file: string): Promise<Source> {
  const demuxer = await openMedia(file);
  const video = demuxer.video();
  if (video === undefined || video.codecpar.width === 0) {
    demuxer.closeSync();
    throw new Error("The file has no video that can be decoded.");
  }
  // Sound that is announced and never comes has no format: it is none.
  const announced = demuxer.audio();
  const audio = announced !== undefined && announced.codecpar.sampleRate > 0 ? announced : undefined;
  let originSeconds: number | undefined;
  return {
    video,
    ...(audio === undefined ? {} : { audio }),
    frameRate: video.avgFrameRate.num > 0 ? video.avgFrameRate : video.rFrameRate,
    durationMs: Math.round(demuxer.duration * 1000),
    *packets() {
      for (const packet of demuxer.packetsSync()) {
        if (packet === null) return;
        const stream: Stream | undefined =
          packet.streamIndex === video.index ? video : packet.streamIndex === audio?.index ? audio : undefined;
        if (
          stream === undefined ||
          packet.pts === AV_NOPTS_VALUE ||
          (originSeconds === undefined && (stream !== video || !packet.isKeyframe))
        ) {
          packet.free();
          continue;
        }
        const base = stream.timeBase.num / stream.timeBase.den;
        originSeconds ??= Number(packet.pts) * base;
        const shift = BigInt(Math.round(originSeconds / base));
        packet.pts -= shift;
        if (packet.dts !== AV_NOPTS_VALUE) packet.dts -= shift;
        if (stream === audio && packet.pts < 0n) {
          packet.free();
          continue;
        }
        yield packet;
      }
    },
    close: () => demuxer.closeSync(),
  };
}

/** How much of a file is searched for its tracks: the picture may begin long after the sound. */
const probing = { probesize: 200_000_000, analyzeduration: 120_000_000 };

/** Opens any media file; throws one readable sentence if FFmpeg can't. */
export async function openMedia(file: string): Promise<Demuxer> {
  try {
    return await Demuxer.open(file, { options: probing });
  } catch (cause) {
    throw new Error("The file is not readable media: it is damaged, empty or of another kind.", { cause });
  }
}
