import { mock } from "node:test";
import { AV_PIX_FMT_RGB24, SWS_BILINEAR, type AVPixelFormat } from "node-av/constants";
import { SoftwareScaleContext } from "node-av/lib";
import { InferenceSession } from "onnxruntime-node";
import { canvasesFor, type FaceAnalyser } from "../../local/vision/faces.ts";
import { letterbox } from "../../local/vision/geometry/letterbox.ts";
import type { ModelFiles } from "../../local/vision/models/index.ts";
import type { FrameReport } from "../../local/vision/report.ts";
import { findFacesInVideo } from "../../local/vision/video/find-faces.ts";
import { decode, keep, newFrame, openDecoder, openInput } from "./ffmpeg.ts";

/** Frames per second in which faces are detected, as in Rekognition's local jobs. */
const framesPerSecond = 2;
/** swscale may write whole vector registers past the end of the last row. */
const overrun = 64;

/** Spotlight's recognition of a video: every run of a network with its input, and the faces found in each frame. */
export interface RecordedRecognition {
  runs: { session: InferenceSession; feeds: InferenceSession.FeedsType }[];
  frames: FrameReport[];
}

/** Runs Spotlight's own recognition on a video and records the runs of its networks. */
export async function recordRecognition(
  analyser: FaceAnalyser,
  models: ModelFiles,
  file: string,
): Promise<RecordedRecognition> {
  const anySession = await InferenceSession.create(models.landmarks);
  const run = mock.method(Object.getPrototypeOf(anySession) as InferenceSession, "run");
  try {
    const { frames } = await findFacesInVideo(analyser, file, { framesPerSecond });
    return {
      frames,
      runs: run.mock.calls.map((call) => ({ session: call.this as InferenceSession, feeds: call.arguments[0] })),
    };
  } finally {
    run.mock.restore();
    await anySession.release();
  }
}

/** Runs the same networks on the same inputs, one after the other. */
export async function runNetworks({ runs }: RecordedRecognition): Promise<void> {
  for (const { session, feeds } of runs) await session.run(feeds);
}

/** The FFmpeg work of recognition: decodes and scales the same frames, at full size too if faces were found. */
export function decodeSamples(file: string, frames: readonly FrameReport[]): void {
  const input = openInput(file);
  const decoder = openDecoder(input.video, 1, { skip_frame: "noref" });
  const { width, height } = input.video.codecpar;
  const [size = { width, height }] = canvasesFor(width, height);
  const box = letterbox(width, height, size.width, size.height);
  const toCanvas = newScaler(width, height, input.video.codecpar.format as AVPixelFormat, box.width, box.height);
  const toPicture = newScaler(width, height, input.video.codecpar.format as AVPixelFormat, width, height);
  const canvas = Buffer.alloc(box.canvasWidth * box.canvasHeight * 3 + overrun);
  const picture = Buffer.alloc(width * height * 3 + overrun);
  const frame = newFrame();
  const { timeBase } = input.video;
  let next = 0;
  const take = (decoded: typeof frame): void => {
    if ((Number(decoded.pts) * 1000 * timeBase.num) / timeBase.den < (frames[next]?.timeMs ?? Infinity) - 1) return;
    toCanvas.scaleSync(decoded.data ?? [], decoded.linesize, 0, height, [canvas], [box.canvasWidth * 3]);
    if (frames[next]!.faces.length > 0)
      toPicture.scaleSync(decoded.data ?? [], decoded.linesize, 0, height, [picture], [width * 3]);
    next += 1;
  };
  for (const packet of input.packets())
    if (packet.streamIndex === input.video.index) decode(decoder, packet, frame, timeBase, take);
  decode(decoder, null, frame, timeBase, take);
  if (next !== frames.length) throw new Error(`The floor found ${next} of ${frames.length} frames of ${file}.`);
}

function newScaler(
  width: number,
  height: number,
  format: AVPixelFormat,
  toWidth: number,
  toHeight: number,
): SoftwareScaleContext {
  const scaler = keep(new SoftwareScaleContext());
  scaler.getContext(width, height, format, toWidth, toHeight, AV_PIX_FMT_RGB24, SWS_BILINEAR);
  return scaler;
}
