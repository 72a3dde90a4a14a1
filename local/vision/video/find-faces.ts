import type { FaceAnalyser } from "../faces.ts";
import { moveAndScale } from "../geometry/box.ts";
import { reportFace, type FrameReport, type VideoReport } from "../report.ts";
import { VideoFrames, type VideoSample } from "./sample-frames.ts";

/** Smaller faces are not reported: their embeddings can't tell people apart. */
const minFacePixels = 30;

/**
 * Finds the faces in a video, sampled `framesPerSecond` times a second. The next frame is decoded while the networks
 * process up to `inFlight` earlier ones on other threads.
 */
export async function findFacesInVideo(
  analyser: FaceAnalyser,
  file: string,
  options: { framesPerSecond: number; inFlight: number },
): Promise<VideoReport> {
  const video = await VideoFrames.open(file);
  try {
    const frames: Promise<FrameReport>[] = [];
    for await (const sample of video.sample(options.framesPerSecond)) {
      const frame = lookAt(analyser, sample);
      frames.push(frame);
      await frames.at(-options.inFlight);
    }
    return { info: video.info, frames: await Promise.all(frames) };
  } finally {
    await video.close();
  }
}

async function lookAt(analyser: FaceAnalyser, sample: VideoSample): Promise<FrameReport> {
  try {
    const candidates = await analyser.find(sample.canvas);
    if (candidates.length === 0) return { timeMs: sample.timeMs, faces: [] };
    const picture = sample.picture();
    const scaleX = picture.width / sample.letterbox.width;
    const scaleY = picture.height / sample.letterbox.height;
    const inPicture = candidates.map((candidate) => ({
      ...candidate,
      box: moveAndScale(candidate.box, 0, 0, scaleX, scaleY),
    }));
    const faces = await analyser.describe(picture, inPicture, minFacePixels);
    return { timeMs: sample.timeMs, faces: faces.map((face) => reportFace(face, picture.width, picture.height)) };
  } finally {
    sample.free();
  }
}
