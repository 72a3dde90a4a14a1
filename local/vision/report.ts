import type { Face } from "./faces.ts";
import { height, width, type Box } from "./geometry/box.ts";
import { middleOf, type Point } from "./geometry/transform.ts";
import type { Quality } from "./quality.ts";
import type { VideoInfo } from "./video/sample-frames.ts";

/** One face as the vision worker reports it: positions are fractions of the picture, whatever its size. */
export interface FaceReport {
  box: { left: number; top: number; width: number; height: number };
  /** Height in pixels of the analysed picture. */
  pixels: number;
  /** Certainty that it is a face, 0–100. */
  confidence: number;
  /** Left and right as the viewer sees them. */
  landmarks: Record<"eyeLeft" | "eyeRight" | "nose" | "mouthLeft" | "mouthRight", Point>;
  /** How far the head leans to the right of the picture, degrees. */
  roll: number;
  /** How far the face is turned to the right of the picture, degrees, estimated from the place of the nose. */
  yaw: number;
  quality: Quality;
  embedding: Float32Array;
  /** In a video, when the networks described the face; since then it was only followed. */
  describedMs?: number;
}

export interface StillReport {
  width: number;
  height: number;
  /** Most certain first. */
  faces: FaceReport[];
}

export interface FrameReport {
  /** Presentation time, milliseconds from the start of the video. */
  timeMs: number;
  faces: FaceReport[];
}

export interface VideoReport {
  info: VideoInfo;
  /** Where one shot follows another, milliseconds from the start of the video. */
  cutsMs: number[];
  /** In order of time. */
  frames: FrameReport[];
}

/** The place of a reported face, as fractions of the picture. */
export function boxOf({ box }: FaceReport): Box {
  return { left: box.left, top: box.top, right: box.left + box.width, bottom: box.top + box.height };
}

/** Points of the 68-landmark scheme. */
const eyeLeft = { first: 36, last: 41 };
const eyeRight = { first: 42, last: 47 };
const noseTip = 30;
const mouthLeft = 48;
const mouthRight = 54;

export function reportFace(face: Face, pictureWidth: number, pictureHeight: number): FaceReport {
  const fraction = ({ x, y }: Point): Point => ({ x: x / pictureWidth, y: y / pictureHeight });
  const left = middleOf(face.landmarks.slice(eyeLeft.first, eyeLeft.last + 1));
  const right = middleOf(face.landmarks.slice(eyeRight.first, eyeRight.last + 1));
  return {
    box: {
      left: face.box.left / pictureWidth,
      top: face.box.top / pictureHeight,
      width: width(face.box) / pictureWidth,
      height: height(face.box) / pictureHeight,
    },
    pixels: height(face.box),
    confidence: face.confidence * 100,
    landmarks: {
      eyeLeft: fraction(left),
      eyeRight: fraction(right),
      nose: fraction(face.landmarks[noseTip]!),
      mouthLeft: fraction(face.landmarks[mouthLeft]!),
      mouthRight: fraction(face.landmarks[mouthRight]!),
    },
    roll: (Math.atan2(right.y - left.y, right.x - left.x) * 180) / Math.PI,
    yaw: yawOf(left, right, face.landmarks[noseTip]!),
    // What the recogniser can't make out is not sharp, however crisp the pixels are.
    quality: { ...face.quality, sharpness: face.quality.sharpness * Math.min(1, face.clarity ?? 1) },
    embedding: face.embedding,
  };
}

/** How far the tip of a nose stands out before the line of the eyes, in distances of the eyes. */
const noseLength = 0.55;

/** Seen from above, the nose is at a right angle to the line of the eyes. */
function yawOf(left: Point, right: Point, nose: Point): number {
  const [x, y] = [right.x - left.x, right.y - left.y];
  const middle = middleOf([left, right]);
  const aside = ((nose.x - middle.x) * x + (nose.y - middle.y) * y) / (x ** 2 + y ** 2);
  return (Math.atan(aside / noseLength) * 180) / Math.PI;
}
