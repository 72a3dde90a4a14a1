/**
 * The floor of the live job: the same decoding, scaling, x264 and AAC settings, fragmented MP4 of each rendition and
 * one transport stream, with direct FFmpeg calls, from a file into memory.
 */
import type { Frame } from "node-av/lib";
import {
  decode,
  newFrame,
  openAudioEncoder,
  openDecoder,
  openGraph,
  openInput,
  openOutput,
  openVideoEncoder,
  type BareEncoder,
  type Graph,
} from "./ffmpeg.ts";
import { firstFrames } from "./first-frames.ts";
import { runFloor } from "./run-floor.ts";

runFloor<"live">(({ file, settings }) => {
  const { renditions, frameRate = { num: 30, den: 1 }, audioBitrate } = settings;
  const input = openInput(file);
  const { video, audio } = input;
  if (audio === undefined) throw new Error(`${file} has no audio.`);
  const videoDecoder = openDecoder(video, 1);
  const audioDecoder = openDecoder(audio, 1);
  const frame = newFrame();
  const first = firstFrames(file);
  let frames = 0;

  const openPictures = (): { graph: Graph; encoders: BareEncoder[] } => {
    const labels = renditions.map((_, i) => `out${i}`);
    const inputs = renditions.map((_, i) => `[in${i}]`).join("");
    const split = `[in]fps=${frameRate.num}/${frameRate.den}:start_time=0,split=${renditions.length}${inputs}`;
    const graph = openGraph(
      [
        split,
        ...renditions.map(
          ({ width, height }, i) => `[in${i}]scale=${width}:${height}:flags=bilinear,setsar=1,format=yuv420p[out${i}]`,
        ),
      ].join(";"),
      labels,
      first.picture,
      video.timeBase,
    );
    const gopSize = Math.round((settings.gopSeconds * frameRate.num) / frameRate.den);
    const encoders = renditions.map(({ bitrate, bufferSize, profile, quality, lookahead }, i) =>
      openVideoEncoder(
        graph.sinks[i]!,
        frameRate,
        true,
        (context) => {
          context.bitRate = BigInt(bitrate);
          context.rcMaxRate = BigInt(bitrate);
          context.rcBufferSize = bufferSize ?? bitrate;
          context.gopSize = gopSize;
        },
        {
          preset: "veryfast",
          profile,
          "x264-params": `scenecut=0:min-keyint=${gopSize}:rc-lookahead=${lookahead}:sync-lookahead=0`,
          "forced-idr": 1,
          ...(quality === undefined ? {} : { crf: quality }),
        },
      ),
    );
    return { graph, encoders };
  };
  const openSounds = (): { graph: Graph; encoder: BareEncoder } => {
    const graph = openGraph(
      "[in]aresample=48000:async=1:min_hard_comp=0.05:first_pts=0," +
        "aformat=sample_fmts=fltp:channel_layouts=stereo,asetnsamples=n=1024:p=0[out]",
      ["out"],
      first.sound,
      audio.timeBase,
    );
    return { graph, encoder: openAudioEncoder(graph.sinks[0]!, audioBitrate, true) };
  };
  const pictures = openPictures();
  const sounds = openSounds();
  const videos = pictures.encoders.map(({ context }) => context);
  const sound = sounds.encoder.context;
  const fragments = videos.map((context) =>
    openOutput(undefined, "mp4", [context, sound], {
      movflags: "+empty_moov+default_base_moof+frag_keyframe+skip_trailer",
      frag_duration: 333_333,
      use_editlist: 0,
      flush_packets: 1,
      max_interleave_delta: 1_000_000,
    }),
  );
  const archive = openOutput(undefined, "mpegts", [videos[0]!, sound]);

  const takePicture = (rung: number, picture: Frame | null): void =>
    pictures.encoders[rung]!.encode(picture, (packet) => {
      fragments[rung]!.write(packet, 0);
      if (rung === 0) archive.write(packet, 0);
    });
  const takeSound = (samples: Frame | null): void =>
    sounds.encoder.encode(samples, (packet) => {
      for (const output of [...fragments, archive]) output.write(packet, 1);
    });
  const onPicture = (picture: Frame | null): void =>
    pictures.graph.run(picture, (rung, scaled) => {
      if (rung === 0) frames += 1;
      takePicture(rung, scaled);
    });
  const onSound = (samples: Frame | null): void => sounds.graph.run(samples, (_, resampled) => takeSound(resampled));

  for (const packet of input.packets()) {
    if (packet.streamIndex === video.index) decode(videoDecoder, packet, frame, video.timeBase, onPicture);
    else if (packet.streamIndex === audio.index) decode(audioDecoder, packet, frame, audio.timeBase, onSound);
  }
  decode(videoDecoder, null, frame, video.timeBase, onPicture);
  decode(audioDecoder, null, frame, audio.timeBase, onSound);
  onPicture(null);
  onSound(null);
  for (const rung of renditions.keys()) takePicture(rung, null);
  takeSound(null);
  for (const output of [...fragments, archive]) output.finish();
  return { frames, fragmentBytes: fragments.reduce((sum, output) => sum + output.bytes(), 0) };
});
