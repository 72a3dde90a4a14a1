import type { Detection } from "../detector.ts";
import { canvasesFor, type FaceAnalyser } from "../faces.ts";
import { height, moveAndScale, overlap, type Box } from "../geometry/box.ts";
import type { Point } from "../geometry/transform.ts";
import { boxOf, reportFace, type FaceReport, type FrameReport, type VideoReport } from "../report.ts";
import { VideoFrames, type VideoSample } from "./sample-frames.ts";

/** Smaller faces are not reported. How clearly a face is seen is part of the report. */
const minFacePixels = 24;
/** Small faces in large frames cost most to find: new ones are looked for this often, known ones are followed. */
const thoroughlyEveryMs = 900;

/**
 * Finds the faces in a video, sampled `framesPerSecond` times a second and at every cut. Where a face comes or goes
 * between two samples of a shot, the frames between tell when.
 */
export async function findFacesInVideo(
  analyser: FaceAnalyser,
  file: string,
  { framesPerSecond }: { framesPerSecond: number },
): Promise<VideoReport> {
  const video = await VideoFrames.open(file);
  try {
    const frames: FrameReport[] = [];
    const cutsMs: number[] = [];
    let before: FrameReport | undefined;
    let searchedMs = -Infinity;
    for await (const step of video.sample(framesPerSecond)) {
      if (step.isCut) {
        cutsMs.push(step.sample.timeMs);
        before = undefined;
      }
      const isThorough = step.isCut || step.sample.timeMs - searchedMs >= thoroughlyEveryMs;
      if (isThorough) searchedMs = step.sample.timeMs;
      const report = await examine(analyser, step.sample, before?.faces ?? [], isThorough);
      frames.push(...(before === undefined ? [] : await edges(analyser, step.between, before, report)), report);
      before = report;
      for (const frame of [...step.between, step.sample]) frame.free();
    }
    return { info: video.info, cutsMs, frames };
  } finally {
    await video.close();
  }
}

/** The reports of the frames between two samples in which a face came or went. */
async function edges(
  analyser: FaceAnalyser,
  between: readonly VideoSample[],
  from: FrameReport,
  to: FrameReport,
): Promise<FrameReport[]> {
  const isThere = async (frame: VideoSample, face: FaceReport): Promise<FaceReport | undefined> => {
    const box = await locate(analyser, frame, face);
    return box === undefined ? undefined : { ...face, ...moved(face, box, frame.height) };
  };
  const found: FrameReport[] = [];
  for (const face of to.faces.filter((face) => !hasPartner(face, from.faces)))
    found.push(...(await edgeOf(between, (frame) => isThere(frame, face))));
  for (const face of from.faces.filter((face) => !hasPartner(face, to.faces)))
    found.push(...(await edgeOf(between.toReversed(), (frame) => isThere(frame, face))));
  return merged(found);
}

/**
 * The two frames nearest to the edge of a face's presence, which the frames later in the list share with a sample:
 * found by bisection. None where the face is in none of the frames.
 */
async function edgeOf(
  frames: readonly VideoSample[],
  look: (frame: VideoSample) => Promise<FaceReport | undefined>,
): Promise<FrameReport[]> {
  let absent = -1;
  let present = frames.length;
  const seen = new Map<number, FaceReport>();
  while (present - absent > 1) {
    const middle = Math.floor((absent + present) / 2);
    const face = await look(frames[middle]!);
    if (face === undefined) absent = middle;
    else {
      seen.set(middle, face);
      present = middle;
    }
  }
  return [present, present + 1].flatMap((index) => {
    const face = seen.get(index) ?? seen.get(present);
    const frame = frames[index];
    return face === undefined || frame === undefined ? [] : [{ timeMs: frame.timeMs, faces: [face] }];
  });
}

/** What may be faces in a frame, with their places as fractions of it. A quick search misses the small ones. */
async function candidatesIn(analyser: FaceAnalyser, frame: VideoSample, isThorough: boolean): Promise<Detection[]> {
  for (const size of canvasesFor(frame.width, frame.height).slice(isThorough ? 0 : -1)) {
    const { image, letterbox } = frame.toCanvas(size);
    const found = await analyser.find(image);
    if (found.length > 0)
      return found.map(({ box, score }) => ({
        score,
        box: moveAndScale(box, 0, 0, 1 / letterbox.width, 1 / letterbox.height),
      }));
  }
  return [];
}

/** Where a face of a neighbouring frame is in this one, as fractions of it; `undefined` where it is not. */
async function locate(analyser: FaceAnalyser, frame: VideoSample, face: FaceReport): Promise<Box | undefined> {
  const [size] = canvasesFor(frame.width, frame.height);
  if (size === undefined) return undefined;
  const { image, letterbox } = frame.toCanvas(size);
  const { width, height } = letterbox;
  const box = await analyser.locate(image, moveAndScale(boxOf(face), 0, 0, width, height));
  const found = box === undefined ? undefined : moveAndScale(box, 0, 0, 1 / width, 1 / height);
  return found !== undefined && isNear(found, boxOf(face)) ? found : undefined;
}

/** Whether a face was there in another frame too, be it in its place or elsewhere. */
function hasPartner(face: FaceReport, others: readonly FaceReport[]): boolean {
  return others.some((other) => isNear(boxOf(face), boxOf(other)));
}

/** Whether two boxes of neighbouring frames may be the same face: they touch, and are about as large. */
function isNear(a: Box, b: Box): boolean {
  const ratio = height(a) / height(b);
  return overlap(a, b) > 0 && ratio > 0.5 && ratio < 2;
}

/** The box as reports give it. */
function frameOf({ left, top, right, bottom }: Box): FaceReport["box"] {
  return { left, top, width: right - left, height: bottom - top };
}

/** The reports in order of time, those of one frame as one. */
function merged(reports: readonly FrameReport[]): FrameReport[] {
  return [...Map.groupBy(reports, ({ timeMs }) => timeMs)]
    .sort(([a], [b]) => a - b)
    .map(([timeMs, same]) => ({ timeMs, faces: same.flatMap(({ faces }) => faces) }));
}

/**
 * The faces of a frame. One that was described a moment ago and has stayed in its place is only followed: most of the
 * work is telling who it is.
 */
async function examine(
  analyser: FaceAnalyser,
  sample: VideoSample,
  known: readonly FaceReport[],
  isThorough: boolean,
): Promise<FrameReport> {
  const followed: FaceReport[] = [];
  const unknown: Detection[] = [];
  const missed = new Set(known);
  for (const candidate of await candidatesIn(analyser, sample, isThorough)) {
    const near = known.find((one) => isNear(candidate.box, boxOf(one)));
    if (near !== undefined) missed.delete(near);
    const face = known.find((one) => isStill(one, candidate.box) && isFresh(one, sample.timeMs));
    if (face === undefined) unknown.push(candidate);
    else followed.push({ ...face, ...moved(face, candidate.box, sample.height) });
  }
  // The detector misses a face now and then; around the place where it was, it seldom does.
  for (const face of missed) {
    const box = await locate(analyser, sample, face);
    if (box === undefined || followed.some((other) => isNear(box, boxOf(other)))) continue;
    if (isFresh(face, sample.timeMs)) followed.push({ ...face, ...moved(face, box, sample.height) });
    else unknown.push({ box, score: face.confidence / 100 });
  }
  const described = unknown.length === 0 ? [] : await describe(analyser, sample, unknown);
  return { timeMs: sample.timeMs, faces: [...followed, ...described] };
}

/** Describes the candidates (boxes as fractions of the frame) that prove to be faces. */
async function describe(
  analyser: FaceAnalyser,
  sample: VideoSample,
  candidates: readonly Detection[],
): Promise<FaceReport[]> {
  const picture = sample.toPicture();
  const inPicture = candidates.map(({ box, score }) => ({
    score,
    box: moveAndScale(box, 0, 0, picture.width, picture.height),
  }));
  const faces = await analyser.describe(picture, inPicture, minFacePixels);
  return faces.map((face) => ({ ...reportFace(face, picture.width, picture.height), describedMs: sample.timeMs }));
}

/** A face is described again after this long, or at once where it was not seen clearly. */
const freshMs = 1600;
const clearEnough = 25;

function isFresh({ describedMs, quality }: FaceReport, timeMs: number): boolean {
  return describedMs !== undefined && timeMs - describedMs < freshMs && quality.sharpness >= clearEnough;
}

/** Whether a face has hardly moved. */
function isStill(face: FaceReport, box: Box): boolean {
  return overlap(boxOf(face), box) > 0.6;
}

/** Where a face and its landmarks are once its box has moved. */
function moved(face: FaceReport, box: Box, frameHeight: number): Pick<FaceReport, "box" | "landmarks" | "pixels"> {
  const now = frameOf(box);
  const move = ({ x, y }: Point): Point => ({
    x: now.left + ((x - face.box.left) / face.box.width) * now.width,
    y: now.top + ((y - face.box.top) / face.box.height) * now.height,
  });
  const { eyeLeft, eyeRight, nose, mouthLeft, mouthRight } = face.landmarks;
  return {
    box: now,
    pixels: now.height * frameHeight,
    landmarks: {
      eyeLeft: move(eyeLeft),
      eyeRight: move(eyeRight),
      nose: move(nose),
      mouthLeft: move(mouthLeft),
      mouthRight: move(mouthRight),
    },
  };
}
