import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Decoder, Demuxer, Encoder, FilterAPI } from "node-av/api";
import { AV_LOG_ERROR, FF_ENCODER_MJPEG } from "node-av/constants";
import { Log } from "node-av/lib";

/** The picture of a video at a time, as a JPEG. Runs in a separate process, like all FFmpeg work. */
export async function takeStill(file: string, atSeconds: number): Promise<Buffer> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, file, String(atSeconds)], {
    encoding: "buffer",
    maxBuffer: 32 * 1024 * 1024,
  });
  return stdout;
}

if (import.meta.main) {
  const jpeg = await readStill(process.argv[2] ?? "", Number(process.argv[3]));
  process.stdout.write(jpeg, () => process.exit());
}

async function readStill(file: string, atSeconds: number): Promise<Buffer> {
  Log.setLevel(AV_LOG_ERROR);
  const demuxer = await Demuxer.open(file);
  const stream = demuxer.video();
  if (stream === undefined) throw new Error(`${file} has no video.`);
  const decoder = await Decoder.create(stream);
  // JPEG stores full-range colours: without the conversion pictures come out pale.
  const filter = FilterAPI.create("scale=out_range=full,format=yuvj420p");
  for (const packet of demuxer.packetsSync(stream.index)) {
    for (const frame of decoder.decodeAllSync(packet)) {
      const seconds = (Number(frame.pts) * frame.timeBase.num) / frame.timeBase.den;
      if (seconds < atSeconds) {
        frame.free();
        continue;
      }
      for (const converted of filter.processAllSync(frame))
        return Encoder.encodeOneSync(FF_ENCODER_MJPEG, converted, {
          options: { flags: "+qscale", global_quality: 3 * 118 },
        });
    }
    packet?.free();
  }
  throw new Error(`${file} is shorter than ${atSeconds} s.`);
}
