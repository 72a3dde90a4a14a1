import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Decoder, Demuxer, Encoder, FilterAPI, Muxer } from "node-av/api";
import { AV_LOG_ERROR, EOF, FF_ENCODER_AAC, FF_ENCODER_LIBX264, FF_ENCODER_LIBX265 } from "node-av/constants";
import { Log, type Frame } from "node-av/lib";
import { stampClock } from "../../local/media/publisher/clock-code.ts";

/** The recording to generate. */
export interface RecordingOptions {
  seconds: number;
  /** Default 640. */
  width?: number;
  /** Default 360. */
  height?: number;
  /** FFmpeg's name; default yuv420p. */
  pixelFormat?: "yuv420p" | "yuv422p" | "yuv444p" | "yuv420p10le";
  /** Default H.264. */
  codec?: "h264" | "hevc";
  /** How many B-frames may follow one another; default 0. */
  bFrames?: number;
  /** Default true: a 440 Hz tone. */
  sound?: boolean;
  /** Burn the time of each picture from the first one, in milliseconds, into it: see `readClock`. */
  clock?: boolean;
  /** Pictures a second; default 30. */
  frameRate?: string;
  /** The file's first timestamp; default 0. */
  startSeconds?: number;
  /** Write fragmented MP4 with fragments of this length, as the live encoder does, and not MPEG-TS. */
  fragmentSeconds?: number;
}

/**
 * Generates a recording as the live channel archives it: a moving test picture at 30 frames/s in two-second closed
 * GOPs. Runs in its own process, since FFmpeg's native objects don't survive the end of a test run.
 */
export async function makeRecording(file: string, options: RecordingOptions): Promise<void> {
  await promisify(execFile)(process.execPath, [import.meta.filename, file, JSON.stringify(options)]);
}

if (import.meta.main) {
  await write(process.argv[2] ?? "", JSON.parse(process.argv[3] ?? "{}") as RecordingOptions);
  process.exit();
}

async function write(file: string, options: RecordingOptions): Promise<void> {
  Log.setLevel(AV_LOG_ERROR);
  const {
    seconds,
    width = 640,
    height = 360,
    pixelFormat = "yuv420p",
    codec = "h264",
    bFrames = 0,
    sound = true,
    clock = false,
    frameRate = "30",
    startSeconds = 0,
    fragmentSeconds,
  } = options;
  const muxer = await Muxer.open(file, {
    format: fragmentSeconds === undefined ? "mpegts" : "mp4",
    useSyncQueue: false,
    useAsyncWrite: false,
    options:
      fragmentSeconds === undefined
        ? { output_ts_offset: startSeconds }
        : {
            movflags: "+empty_moov+default_base_moof+frag_keyframe+skip_trailer",
            frag_duration: Math.round(fragmentSeconds * 1e6),
            use_editlist: false,
          },
  });
  const video = await track(
    `testsrc2=size=${width}x${height}:rate=${frameRate}:duration=${seconds}`,
    "video",
    `format=${pixelFormat}`,
    (filter) =>
      Encoder.create(codec === "hevc" ? FF_ENCODER_LIBX265 : FF_ENCODER_LIBX264, {
        bitrate: 800_000,
        gopSize: 60,
        maxBFrames: bFrames,
        filter,
        options:
          codec === "hevc"
            ? { preset: "ultrafast", "x265-params": "log-level=none" }
            : { preset: "ultrafast", "x264-params": "scenecut=0" },
      }),
  );
  const audio = sound
    ? await track(
        `sine=frequency=440:sample_rate=48000:duration=${seconds}`,
        "audio",
        "aformat=sample_fmts=fltp:channel_layouts=stereo",
        (filter) => Encoder.create(FF_ENCODER_AAC, { bitrate: 96_000, filter }),
      )
    : undefined;
  const tracks = [video, audio]
    .filter((item) => item !== undefined)
    .map((item) => ({ item, index: muxer.addStream(item.encoder), seconds: 0, done: false }));
  // Writes the track that is behind next, to interleave the file like a live one.
  for (;;) {
    const next = tracks.filter(({ done }) => !done).sort((a, b) => a.seconds - b.seconds)[0];
    if (next === undefined) break;
    const { value: frame, done } = next.item.frames.next();
    next.done = done === true;
    if (clock && done !== true && next.item === video) stamp(frame);
    next.item.encoder.encodeSync(done === true ? null : frame);
    if (done !== true) {
      next.seconds = (Number(frame.pts) * frame.timeBase.num) / frame.timeBase.den;
      frame.free();
    }
    for (
      let packet = next.item.encoder.receiveSync();
      packet !== null && packet !== EOF;
      packet = next.item.encoder.receiveSync()
    ) {
      muxer.writePacketSync(packet, next.index);
      packet.free();
    }
  }
  muxer.closeSync();
  for (const { item } of tracks) item.close();
}

function stamp(frame: Frame): void {
  const [luma, stride] = [frame.data![0]!, frame.linesize[0]!];
  stampClock(
    luma,
    stride,
    frame.height,
    Math.round((Number(frame.pts) * frame.timeBase.num * 1000) / frame.timeBase.den),
  );
}

interface Track {
  encoder: Encoder;
  frames: Generator<Frame, undefined>;
  close(): void;
}

async function track(
  source: string,
  kind: "video" | "audio",
  filterText: string,
  createEncoder: (filter: FilterAPI) => Promise<Encoder>,
): Promise<Track> {
  const demuxer = await Demuxer.open(source, { format: "lavfi" });
  const stream = kind === "video" ? demuxer.video() : demuxer.audio();
  if (stream === undefined) throw new Error(`${source} has no ${kind}.`);
  const decoder = await Decoder.create(stream);
  const filter = FilterAPI.create(filterText);
  const encoder = await createEncoder(filter);
  function* frames(): Generator<Frame, undefined> {
    for (const packet of demuxer.packetsSync()) {
      for (const frame of decoder.decodeAllSync(packet)) {
        yield* filter.processAllSync(frame);
        frame.free();
      }
      packet?.free();
    }
    return undefined;
  }
  return {
    encoder,
    frames: frames(),
    close() {
      encoder.close();
      filter.close();
      decoder.close();
      demuxer.closeSync();
    },
  };
}
