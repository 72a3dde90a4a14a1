/**
 * Encodes a generated picture and a tone as FLV, for the tests of the live encoder. Arguments: settings as JSON, file.
 * A process of its own, as FFmpeg's native objects don't survive the garbage collector of a test run.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Decoder, Demuxer, Encoder, FilterAPI, Muxer } from "node-av/api";
import { AV_LOG_ERROR, EOF, FF_ENCODER_AAC, FF_ENCODER_LIBX264 } from "node-av/constants";
import { Log } from "node-av/lib";

/** What to encode, at 30 frames a second with a keyframe each second. */
export interface FlvSettings {
  width: number;
  height: number;
  seconds: number;
  interlaced?: boolean;
}

/** Writes the file. */
export async function recordFlv(settings: FlvSettings, file: string): Promise<void> {
  await promisify(execFile)(process.execPath, [import.meta.filename, JSON.stringify(settings), file]);
}

async function record({ width, height, seconds, interlaced = false }: FlvSettings, file: string): Promise<void> {
  Log.setLevel(AV_LOG_ERROR);
  const muxer = await Muxer.open(file, { format: "flv", useSyncQueue: false, useAsyncWrite: false });
  const picture = await Demuxer.open(
    `testsrc2=size=${width}x${height}:rate=${interlaced ? 60 : 30}:duration=${seconds}`,
    { format: "lavfi" },
  );
  const tone = await Demuxer.open(`sine=frequency=440:sample_rate=48000:duration=${seconds}`, { format: "lavfi" });
  const filter = FilterAPI.create(interlaced ? "tinterlace=interleave_top,format=yuv420p" : "format=yuv420p");
  const video = await Encoder.create(FF_ENCODER_LIBX264, {
    bitrate: 500_000,
    gopSize: 30,
    maxBFrames: 0,
    filter,
    options: {
      preset: "ultrafast",
      ...(interlaced ? { flags: "+global_header+ildct+ilme" } : { flags: "+global_header" }),
      "x264-params": interlaced ? "scenecut=0:tff=1:interlaced=1" : "scenecut=0",
    },
  });
  const sound = FilterAPI.create("aformat=sample_fmts=fltp:channel_layouts=stereo");
  const audio = await Encoder.create(FF_ENCODER_AAC, { bitrate: 96_000, filter: sound });
  muxer.addStream(video);
  muxer.addStream(audio);
  for (const [index, [source, through, encoder]] of (
    [
      [picture, filter, video],
      [tone, sound, audio],
    ] as const
  ).entries()) {
    const decoder = await Decoder.create(index === 0 ? source.video()! : source.audio()!);
    const drain = (): void => {
      for (let packet = encoder.receiveSync(); packet !== null && packet !== EOF; packet = encoder.receiveSync()) {
        muxer.writePacketSync(packet, index);
        packet.free();
      }
    };
    for (const packet of source.packetsSync()) {
      for (const decoded of decoder.decodeAllSync(packet))
        for (const frame of through.processAllSync(decoded)) {
          encoder.encodeSync(frame);
          frame.free();
          drain();
        }
      packet?.free();
    }
    encoder.encodeSync(null);
    drain();
  }
  muxer.closeSync();
}

if (import.meta.main) {
  await record(JSON.parse(process.argv[2] ?? "") as FlvSettings, process.argv[3] ?? "");
  process.exit();
}
