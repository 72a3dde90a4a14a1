import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AV_CODEC_FLAG_QSCALE, AV_NOPTS_VALUE, FF_ENCODER_MJPEG, type AVPixelFormat } from "node-av/constants";
import { Codec, CodecContext, Rational, type Frame, type Packet } from "node-av/lib";
import {
  decode,
  keep,
  newFrame,
  newPacket,
  openAudioEncoder,
  openDecoder,
  openGraph,
  openInput,
  openOutput,
  openVideoEncoder,
  type BareEncoder,
  type Graph,
  type Output,
} from "./ffmpeg.ts";
import { firstFrames } from "./first-frames.ts";

/** A rung of the ladder that is transcoded; the highest one is copied. */
export interface LowerRung {
  name: string;
  width: number;
  height: number;
  bitrate: number;
}

const segmentSeconds = 2;
const posterSeconds = 2;
const posterSize = { width: 640, height: 360 };
/** MediaConvert's quality 80 on FFmpeg's JPEG scale from 2 (best) to 31, in FFmpeg's units of 118. */
const posterQuality = Math.round(2 + (20 / 99) * 29) * 118;
const audioBitrate = 128_000;

/**
 * The FFmpeg work of converting one recording: video copied into HLS and MP4, each lower rung encoded into HLS, audio
 * encoded once, a JPEG every two seconds. Writes the same files as the job into `folder`, which must exist.
 */
export function convertBare(file: string, folder: string, top: string, lower: readonly LowerRung[]): void {
  const input = openInput(file);
  const { video, audio } = input;
  if (audio === undefined) throw new Error(`${file} has no audio.`);
  const videoDecoder = openDecoder(video, 2);
  const audioDecoder = openDecoder(audio, 1);
  const frame = newFrame();
  const frameRate = { num: video.avgFrameRate.num, den: video.avgFrameRate.den };

  // Encoders and muxers need the first frames to open, so the file is opened a second time.
  const first = firstFrames(file);
  const rungs = lower.map((rung) => {
    const graph = openGraph(
      `[in]fps=${frameRate.num}/${frameRate.den}:start_time=0,` +
        `scale=${rung.width}:${rung.height}:flags=bicubic,format=yuv420p[out]`,
      ["out"],
      first.picture,
      video.timeBase,
    );
    const encoder = openVideoEncoder(
      graph.sinks[0]!,
      frameRate,
      false,
      (context) => {
        context.rcMaxRate = BigInt(rung.bitrate);
        context.rcBufferSize = rung.bitrate;
        context.gopSize = Math.round((segmentSeconds * frameRate.num) / frameRate.den);
      },
      { preset: "veryfast", profile: "main", crf: 23, "x264-params": "scenecut=0:open-gop=0" },
    );
    return { graph, encoder, name: rung.name };
  });
  const sound = openSound(first.sound, audio.timeBase);
  const posters = openPosters(first.picture, video.timeBase, folder);
  const hls = (name: string): [string, string, Record<string, string | number>] => [
    join(folder, `index_${name}.m3u8`),
    "hls",
    {
      hls_time: segmentSeconds,
      hls_playlist_type: "vod",
      hls_flags: "independent_segments",
      hls_segment_filename: join(folder, `index_${name}_%05d.ts`),
      start_number: 1,
    },
  ];
  const open = (
    [path, format, options]: [string, string, Record<string, string | number>],
    picture: Parameters<typeof openOutput>[2][number],
  ): Output => openOutput(path, format, [picture, sound.encoder.context], options);
  const copies = [
    open(hls(top), video),
    open([join(folder, "recording.mp4"), "mp4", { movflags: "+faststart" }], video),
  ];
  const encoded = rungs.map(({ encoder, name }) => open(hls(name), encoder.context));

  const onPicture = (picture: Frame | null): void => {
    if (picture !== null) posters(picture);
    for (const [i, { graph, encoder }] of rungs.entries()) {
      graph.run(picture, (_, scaled) => encoder.encode(scaled, (packet) => encoded[i]!.write(packet, 0)));
      if (picture === null) encoder.encode(null, (packet) => encoded[i]!.write(packet, 0));
    }
  };
  const writeSound = (packet: Packet): void => [...copies, ...encoded].forEach((output) => output.write(packet, 1));
  const onSound = (samples: Frame | null): void => {
    sound.graph.run(samples, (_, resampled) => sound.encoder.encode(resampled, writeSound));
    if (samples === null) sound.encoder.encode(null, writeSound);
  };

  let origin: number | undefined;
  for (const packet of input.packets()) {
    const isVideo = packet.streamIndex === video.index;
    if (packet.pts === AV_NOPTS_VALUE || (origin === undefined && !(isVideo && packet.isKeyframe))) continue;
    const { timeBase } = packet;
    const base = timeBase.num / timeBase.den;
    origin ??= Number(packet.pts) * base;
    const shift = BigInt(Math.round(origin / base));
    packet.pts -= shift;
    if (packet.dts !== AV_NOPTS_VALUE) packet.dts -= shift;
    if (!isVideo && packet.pts < 0n) continue;
    if (isVideo) for (const output of copies) output.write(packet, 0);
    decode(isVideo ? videoDecoder : audioDecoder, packet, frame, timeBase, isVideo ? onPicture : onSound);
  }
  decode(videoDecoder, null, frame, video.timeBase, onPicture);
  decode(audioDecoder, null, frame, audio.timeBase, onSound);
  onPicture(null);
  onSound(null);
  for (const output of [...copies, ...encoded]) output.finish();
}

function openSound(first: Frame, timeBase: Rational): { graph: Graph; encoder: BareEncoder } {
  const graph = openGraph(
    "[in]aresample=48000:async=1:min_hard_comp=0.05:first_pts=0," +
      "aformat=sample_fmts=fltp:channel_layouts=stereo,asetnsamples=n=1024:p=0[out]",
    ["out"],
    first,
    timeBase,
  );
  return { graph, encoder: openAudioEncoder(graph.sinks[0]!, audioBitrate, true) };
}

/** Returns a function that receives every picture and writes a JPEG of those that are due. */
function openPosters(first: Frame, timeBase: Rational, folder: string): (picture: Frame) => void {
  const graph = openGraph(
    `[in]scale=${posterSize.width}:${posterSize.height}:out_range=full,format=yuvj420p[out]`,
    ["out"],
    first,
    timeBase,
  );
  const codec = Codec.findEncoderByName(FF_ENCODER_MJPEG);
  const [sink] = graph.sinks;
  if (codec === null || sink === undefined) throw new Error("FFmpeg has no JPEG encoder.");
  const encoder = keep(new CodecContext());
  encoder.allocContext3(codec);
  encoder.width = posterSize.width;
  encoder.height = posterSize.height;
  encoder.pixelFormat = sink.buffersinkGetFormat() as AVPixelFormat;
  encoder.colorRange = sink.buffersinkGetColorRange();
  encoder.timeBase = new Rational(1, 25);
  encoder.setFlags(AV_CODEC_FLAG_QSCALE);
  encoder.globalQuality = posterQuality;
  encoder.open2Sync(codec);
  const jpeg = newPacket();
  let count = 0;
  return (picture) => {
    if ((Number(picture.pts) * timeBase.num) / timeBase.den + 0.0005 < count * posterSeconds) return;
    graph.run(picture, (_, scaled) => {
      scaled.quality = posterQuality;
      scaled.pts = BigInt(count);
      encoder.sendFrameSync(scaled);
      if (encoder.receivePacketSync(jpeg) < 0) throw new Error("FFmpeg produced no JPEG.");
      writeFileSync(join(folder, `poster.${String(count).padStart(7, "0")}.jpg`), jpeg.data ?? Buffer.alloc(0));
      jpeg.unref();
      count += 1;
    });
  };
}
