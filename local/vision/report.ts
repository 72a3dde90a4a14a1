import type { Face } from "./faces.ts";
import { height, width } from "./geometry/box.ts";
import type { Point } from "./geometry/transform.ts";
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
  quality: Quality;
  embedding: Float32Array;
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
  frames: FrameReport[];
}

/** Points of the 68-landmark scheme. */
const eyeLeft = { first: 36, last: 41 };
const eyeRight = { first: 42, last: 47 };
const noseTip = 30;
const mouthLeft = 48;
const mouthRight = 54;

export function reportFace(face: Face, pictureWidth: number, pictureHeight: number): FaceReport {
  const fraction = ({ x, y }: Point): Point => ({ x: x / pictureWidth, y: y / pictureHeight });
  const left = middle(face.landmarks, eyeLeft);
  const right = middle(face.landmarks, eyeRight);
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
    quality: face.quality,
    embedding: face.embedding,
  };
}

function middle(landmarks: readonly Point[], { first, last }: { first: number; last: number }): Point {
  const points = landmarks.slice(first, last + 1);
  return {
    x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
    y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
  };
}
