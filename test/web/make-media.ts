/**
 * A process of its own (FFmpeg's objects don't outlive an exit cleanly): encodes FFmpeg's test picture and a tone as
 * HLS with 2 s segments, as the pipeline's renditions have, into the folder in its first argument. Its second is the
 * length in seconds.
 */
import { join } from "node:path";
import { Decoder, Demuxer, Encoder, FilterAPI, Muxer } from "node-av/api";
import { AV_LOG_ERROR, FF_ENCODER_AAC, FF_ENCODER_LIBX264 } from "node-av/constants";
import { type Frame, Log } from "node-av/lib";

const FRAME_RATE = 25;
const SAMPLE_RATE = 48_000;

Log.setLevel(AV_LOG_ERROR);
const [, , folder = ".", seconds = "12"] = process.argv;

const picture = await Demuxer.open(`testsrc2=size=640x360:rate=${FRAME_RATE}:duration=${seconds}`, { format: "lavfi" });
const sound = await Demuxer.open(`sine=frequency=440:sample_rate=${SAMPLE_RATE}:duration=${seconds}`, {
  format: "lavfi",
});
const pictureStream = picture.video();
const soundStream = sound.audio();
if (pictureStream === undefined || soundStream === undefined) throw new Error("FFmpeg's test sources are missing.");

const pictureDecoder = await Decoder.create(pictureStream);
const soundDecoder = await Decoder.create(soundStream);
const toYuv = FilterAPI.create("format=yuv420p");
const toStereo = FilterAPI.create("aformat=sample_fmts=fltp:channel_layouts=stereo");
const video = await Encoder.create(FF_ENCODER_LIBX264, {
  bitrate: "400k",
  gopSize: 2 * FRAME_RATE,
  maxBFrames: 0,
  filter: toYuv,
  options: { preset: "ultrafast", "x264-params": "scenecut=0" },
});
const audio = await Encoder.create(FF_ENCODER_AAC, { bitrate: "96k", filter: toStereo });
const muxer = await Muxer.open(join(folder, "index.m3u8"), {
  format: "hls",
  useSyncQueue: false,
  useAsyncWrite: false,
  options: {
    hls_time: 2,
    hls_playlist_type: "vod",
    hls_flags: "independent_segments",
    hls_segment_filename: join(folder, "segment%02d.ts"),
  },
});
const videoIndex = muxer.addStream(video);
const audioIndex = muxer.addStream(audio);

function put(encoder: Encoder, frame: Frame | null, index: number): void {
  for (const packet of encoder.encodeAllSync(frame)) {
    muxer.writePacketSync(packet, index);
    packet.free();
  }
}

async function run(
  source: Demuxer,
  streamIndex: number,
  decoder: Decoder,
  filter: FilterAPI,
  encoder: Encoder,
  index: number,
): Promise<void> {
  for (const packet of source.packetsSync(streamIndex)) {
    for (const frame of decoder.decodeAllSync(packet)) {
      for (const filtered of filter.processAllSync(frame)) put(encoder, filtered, index);
    }
    packet?.free();
  }
  filter.flushSync();
  for (const filtered of filter.flushFramesSync()) put(encoder, filtered, index);
  put(encoder, null, index);
  filter.close();
  decoder.close();
}

await run(picture, pictureStream.index, pictureDecoder, toYuv, video, videoIndex);
await run(sound, soundStream.index, soundDecoder, toStereo, audio, audioIndex);
muxer.closeSync();
picture.closeSync();
sound.closeSync();
process.exit(0);
