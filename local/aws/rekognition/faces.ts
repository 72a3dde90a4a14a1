import type {
  DetectFacesResponse,
  IndexFacesResponse,
  Reason,
  SearchFacesByImageResponse,
  SearchFacesResponse,
  UnindexedFace,
} from "@aws-sdk/client-rekognition";
import type { Recogniser } from "../../vision/recognisers/index.ts";
import type { FaceReport } from "../../vision/report.ts";
import type { FaceWorker } from "../../vision/worker/index.ts";
import type { Cloud } from "../cloud.ts";
import type { OperationContext } from "../protocols/json.ts";
import { authorizedCollection } from "./collections.ts";
import { readImage, uuidOf } from "./images.ts";
import { invalidParameter, maybeText, numberIn, oneOf, patterns, text, type Input } from "./input.ts";
import { boundingBox, faceDetail, faceMatches, faceShape, largestFirst } from "./shapes.ts";
import type { CollectionStore, StoredFace } from "./store.ts";

/** Rekognition describes and indexes the hundred largest faces of an image. */
const maxFaces = 100;
/** Poorer faces are not indexed unless the caller turns the filter off: they could not be used to recognise anyone. */
const filter = { pixels: 30, brightness: 10, sharpness: 12, yaw: 60 };

/** The image operations on faces: detect, index and search. */
export function faceOperations(cloud: Cloud, store: CollectionStore, worker: FaceWorker, recogniser: Recogniser) {
  return {
    async DetectFaces(input: Input, { principal }: OperationContext): Promise<DetectFacesResponse> {
      cloud.iam.authorize(principal, "rekognition:DetectFaces", "*");
      const { report } = await readImage(cloud, worker, principal, input);
      return { FaceDetails: largestFirst(report.faces).slice(0, maxFaces).map(faceDetail) };
    },

    /** The same image indexed again under the same external id adds nothing, as on AWS. */
    async IndexFaces(input: Input, context: OperationContext): Promise<IndexFacesResponse> {
      const collection = authorizedCollection(cloud, store, context, "IndexFaces", input);
      const externalImageId = maybeText(input, "ExternalImageId", patterns.externalImageId);
      const limit = numberIn(input, "MaxFaces", { min: 1, max: maxFaces, byDefault: maxFaces });
      const filtered = oneOf(input, "QualityFilter", ["AUTO", "NONE", "LOW", "MEDIUM", "HIGH"]) !== "NONE";
      const { imageId, report } = await readImage(cloud, worker, context.principal, input);

      const FaceRecords: IndexFacesResponse["FaceRecords"] = [];
      const UnindexedFaces: UnindexedFace[] = [];
      for (const [position, face] of largestFirst(report.faces).entries()) {
        const reasons = filtered ? tooPoor(face) : [];
        if (FaceRecords.length >= limit) reasons.push("EXCEEDS_MAX_FACES");
        if (reasons.length > 0) {
          UnindexedFaces.push({ Reasons: reasons, FaceDetail: faceDetail(face) });
          continue;
        }
        const faceId = uuidOf("face", collection.id, imageId, externalImageId ?? "", String(position));
        const stored: StoredFace = {
          faceId,
          imageId,
          externalImageId,
          box: face.box,
          confidence: face.confidence,
          embedding: face.embedding,
          model: recogniser.version,
        };
        store.addFace(collection.id, stored);
        FaceRecords.push({ Face: faceShape(stored), FaceDetail: faceDetail(face) });
      }
      return { FaceRecords, FaceModelVersion: recogniser.version, UnindexedFaces };
    },

    SearchFaces(input: Input, context: OperationContext): SearchFacesResponse {
      const collection = authorizedCollection(cloud, store, context, "SearchFaces", input);
      const faceId = text(input, "FaceId");
      const limit = numberIn(input, "MaxFaces", { min: 1, max: 4096, byDefault: 80 });
      const threshold = numberIn(input, "FaceMatchThreshold", { min: 0, max: 100, byDefault: 80 });
      const faces = store.faces(collection.id);
      const face = faces.find((stored) => stored.faceId === faceId);
      if (face === undefined) throw invalidParameter(`faceId ${faceId} was not found in the collection.`);
      const others = faces.filter((stored) => stored !== face);
      return {
        SearchedFaceId: faceId,
        FaceMatches: faceMatches(face.embedding, others, threshold, recogniser).slice(0, limit),
        FaceModelVersion: recogniser.version,
      };
    },

    async SearchFacesByImage(input: Input, context: OperationContext): Promise<SearchFacesByImageResponse> {
      const collection = authorizedCollection(cloud, store, context, "SearchFacesByImage", input);
      const limit = numberIn(input, "MaxFaces", { min: 1, max: 4096, byDefault: 80 });
      const threshold = numberIn(input, "FaceMatchThreshold", { min: 0, max: 100, byDefault: 80 });
      const { report } = await readImage(cloud, worker, context.principal, input);
      const [face] = largestFirst(report.faces);
      if (face === undefined) throw invalidParameter("There are no faces in the image. Should be at least 1.");
      return {
        SearchedFaceBoundingBox: boundingBox(face.box),
        SearchedFaceConfidence: face.confidence,
        FaceMatches: faceMatches(face.embedding, store.faces(collection.id), threshold, recogniser).slice(0, limit),
        FaceModelVersion: recogniser.version,
      };
    },
  };
}

function tooPoor(face: FaceReport): Reason[] {
  const reasons: Reason[] = [];
  if (face.pixels < filter.pixels) reasons.push("SMALL_BOUNDING_BOX");
  if (face.quality.brightness < filter.brightness) reasons.push("LOW_BRIGHTNESS");
  if (face.quality.sharpness < filter.sharpness) reasons.push("LOW_SHARPNESS");
  if (Math.abs(face.yaw) > filter.yaw) reasons.push("EXTREME_POSE");
  return reasons;
}
