/**
 * Encodes a generated picture (30 frames/s, a keyframe a second) into an archive with a rollover of 2 s, for the tests
 * of archive files. Arguments: seconds, folder, and from and to when the archive is paused, in seconds. Writes the
 * events as JSON. A process of its own, as the live job is.
 */
import { basename } from "node:path";
import { Decoder, Demuxer, Encoder, FilterAPI } from "node-av/api";
import { AV_LOG_ERROR, EOF, FF_ENCODER_LIBX264 } from "node-av/constants";
import { Log } from "node-av/lib";
import { ArchiveWriter } from "../../../../local/media/live/archive-writer.ts";

/** What became of the files. */
export interface ArchiveRun {
  archived: [file: string, seconds: number][];
  failures: string[];
}

if (import.meta.main) {
  const [, , seconds, folder = "", from, to] = process.argv;
  const run = await record(Number(seconds), folder, { from: Number(from ?? Infinity), to: Number(to ?? Infinity) });
  process.stdout.write(JSON.stringify(run), () => process.exit(0));
}

async function record(seconds: number, folder: string, paused: { from: number; to: number }): Promise<ArchiveRun> {
  Log.setLevel(AV_LOG_ERROR);
  const run: ArchiveRun = { archived: [], failures: [] };
  const source = await Demuxer.open(`testsrc2=size=320x180:rate=30:duration=${seconds}`, { format: "lavfi" });
  const decoder = await Decoder.create(source.video()!);
  const filter = FilterAPI.create("format=yuv420p");
  const encoder = await Encoder.create(FF_ENCODER_LIBX264, {
    bitrate: 300_000,
    gopSize: 30,
    maxBFrames: 0,
    filter,
    options: { preset: "ultrafast", "x264-params": "scenecut=0" },
  });
  const writer = new ArchiveWriter({
    folder,
    rolloverSeconds: 2,
    video: encoder,
    audio: undefined,
    paused: paused.from <= 0,
    events: {
      archived: (file, length) => void run.archived.push([basename(file), Number(length.toFixed(3))]),
      failed: (message) => void run.failures.push(message),
    },
  });
  const drain = (): void => {
    for (let packet = encoder.receiveSync(); packet !== null && packet !== EOF; packet = encoder.receiveSync()) {
      const time = (Number(packet.pts) * packet.timeBase.num) / packet.timeBase.den;
      writer.pause(time >= paused.from && time < paused.to);
      writer.writeVideo(packet);
      packet.free();
    }
  };
  for (const packet of source.packetsSync()) {
    for (const frame of decoder.decodeAllSync(packet)) {
      for (const picture of filter.processAllSync(frame)) {
        encoder.encodeSync(picture);
        picture.free();
        drain();
      }
      frame.free();
    }
    packet?.free();
  }
  encoder.encodeSync(null);
  drain();
  writer.close();
  return run;
}
