import type { BoundingBox, ComparedFace, Face, FaceDetail, FaceMatch, Landmark } from "@aws-sdk/client-rekognition";
import type { FaceReport } from "../../vision/report.ts";
import { similarity, type Recogniser } from "../../vision/recognisers/index.ts";
import type { StoredFace } from "./store.ts";

/** A box as fractions of the picture. */
export function boundingBox(box: FaceReport["box"]): BoundingBox {
  return { Width: box.width, Height: box.height, Left: box.left, Top: box.top };
}

/**
 * A face's default attributes in Rekognition. What these networks don't measure (the head's pitch,
 * age, emotions, …) is omitted rather than invented.
 */
export function faceDetail(face: FaceReport): FaceDetail {
  return {
    BoundingBox: boundingBox(face.box),
    Landmarks: landmarks(face),
    Pose: { Roll: face.roll, Yaw: face.yaw },
    Quality: { Brightness: face.quality.brightness, Sharpness: face.quality.sharpness },
    Confidence: face.confidence,
  };
}

/** The same attributes, as returned by the image operations that compare faces. */
export function comparedFace(face: FaceReport): ComparedFace {
  const { BoundingBox, Confidence, Landmarks, Pose, Quality } = faceDetail(face);
  return { BoundingBox, Confidence, Landmarks, Pose, Quality };
}

export function faceShape(face: StoredFace): Face {
  return {
    FaceId: face.faceId,
    BoundingBox: boundingBox(face.box),
    ImageId: face.imageId,
    ...(face.externalImageId === undefined ? {} : { ExternalImageId: face.externalImageId }),
    Confidence: face.confidence,
    IndexFacesModelVersion: face.model,
  };
}

/**
 * The collection's faces that are at least `threshold` (0–100) similar, most similar first. Faces that another
 * recogniser described can't be compared and never match.
 */
export function faceMatches(
  embedding: Float32Array,
  collection: readonly StoredFace[],
  threshold: number,
  { version, curve }: Recogniser,
): FaceMatch[] {
  return collection
    .filter(({ model }) => model === version)
    .map((face) => ({ Similarity: similarity(embedding, face.embedding, curve), face }))
    .filter((match) => match.Similarity >= threshold)
    .sort((a, b) => b.Similarity - a.Similarity)
    .map(({ Similarity, face }) => ({ Similarity, Face: faceShape(face) }));
}

/** Largest first, as Rekognition orders and limits its results. */
export function largestFirst(faces: readonly FaceReport[]): FaceReport[] {
  return faces.toSorted((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
}

function landmarks(face: FaceReport): Landmark[] {
  return Object.entries(face.landmarks).map(([name, { x, y }]) => ({ Type: landmarkType(name), X: x, Y: y }));
}

function landmarkType(name: string): NonNullable<Landmark["Type"]> {
  switch (name) {
    case "eyeLeft":
    case "eyeRight":
    case "mouthLeft":
    case "mouthRight":
    case "nose":
      return name;
    default:
      throw new Error(`Rekognition has no landmark ${name}.`);
  }
}
