import {
  DeleteFacesCommand,
  DetectFacesCommand,
  ImageTooLargeException,
  IndexFacesCommand,
  InvalidImageFormatException,
  type FaceRecord,
  type IndexFacesResponse,
  type RekognitionClient,
} from "@aws-sdk/client-rekognition";
import type { People } from "../../catalogue/index.ts";
import type { Box, Face, Person } from "../../domain/model.ts";
import { ApiProblem } from "../problems.ts";
import { checkFaces, smallestImagePx } from "./choose-face.ts";
import { imageSizeOf, imageTypeOf, type ImageSize, type ImageType } from "./image-header.ts";

/** Reference photos: only their faces' vectors are kept, in the Rekognition collection; no picture is stored. */
export interface Photos {
  /**
   * Adds the face of a photo. `added` is false when this photo of this person was there already: Rekognition knows
   * the same bytes with the same external id again.
   */
  add(person: Person, bytes: Buffer, declaredType: string): Promise<{ face: Face; added: boolean }>;
  /** Takes faces out of the collection; ids that are not in it do not matter. */
  forget(faceIds: string[]): Promise<void>;
}

/** What photos need. */
export interface PhotosOptions {
  rekognition: RekognitionClient;
  people: People;
  /** The Rekognition collection's id. */
  collection: string;
}

/** Reference photos of the people on the watch list. */
export function createPhotos({ rekognition, people, collection }: PhotosOptions): Photos {
  const forget: Photos["forget"] = async (faceIds) => {
    if (faceIds.length === 0) return;
    await rekognition.send(new DeleteFacesCommand({ CollectionId: collection, FaceIds: faceIds }));
  };

  async function detect(bytes: Buffer, size: ImageSize): Promise<void> {
    const { FaceDetails = [] } = await rekognition.send(
      new DetectFacesCommand({ Image: { Bytes: bytes }, Attributes: ["DEFAULT"] }),
    );
    checkFaces(
      FaceDetails.flatMap(({ BoundingBox }) => BoundingBox ?? []),
      size,
    );
  }

  /** The largest face only: {@link checkFaces} saw that the others are background. */
  async function index(person: Person, bytes: Buffer): Promise<Face> {
    const answer = await rekognition.send(
      new IndexFacesCommand({
        CollectionId: collection,
        Image: { Bytes: bytes },
        ExternalImageId: person.id,
        MaxFaces: 1,
        QualityFilter: "AUTO",
        DetectionAttributes: ["DEFAULT"],
      }),
    );
    const [record] = answer.FaceRecords ?? [];
    if (record === undefined) throw new ApiProblem("poor-photo", poorPhoto(answer));
    return faceOf(record);
  }

  return {
    forget,

    async add(person, bytes, declaredType) {
      const size = readSize(bytes, declaredType);
      const face = await readable(async () => {
        await detect(bytes, size);
        return index(person, bytes);
      });
      const known = person.faces.find(({ id }) => id === face.id);
      if (known !== undefined) return { face: known, added: false };
      try {
        await people.addFace(person.id, face);
      } catch (error) {
        // Otherwise the collection would recognise a face that no person has.
        await forget([face.id]);
        throw error;
      }
      return { face, added: true };
    },
  };
}

function readSize(bytes: Buffer, declaredType: string): ImageSize {
  const type: ImageType | undefined = imageTypeOf(bytes);
  if (type === undefined) throw new ApiProblem("unsupported-media-type", "The body is neither a JPEG nor a PNG file.");
  if (type !== declaredType)
    throw new ApiProblem("unsupported-media-type", `The body is ${type}, but was sent as ${declaredType}.`);
  const size = imageSizeOf(bytes, type);
  if (size === undefined)
    throw new ApiProblem("broken-image", "The file is damaged: its header has no image size. Export the photo again.");
  if (Math.min(size.width, size.height) < smallestImagePx) {
    throw new ApiProblem(
      "face-too-small",
      `The photo is ${size.width}x${size.height} pixels; both sides need at least ${smallestImagePx}.`,
    );
  }
  return size;
}

/** Turns what Rekognition says of a file it cannot read into a problem of the request. */
async function readable<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof InvalidImageFormatException) {
      throw new ApiProblem("broken-image", "The file cannot be decoded. Export the photo as JPEG or PNG again.", {
        cause,
      });
    }
    if (cause instanceof ImageTooLargeException) {
      throw new ApiProblem("payload-too-large", "The photo is larger than Rekognition takes. Scale it down.", {
        cause,
      });
    }
    throw cause;
  }
}

const reasons: Record<string, string> = {
  EXTREME_POSE: "the face is turned away too far",
  LOW_BRIGHTNESS: "it is too dark",
  LOW_SHARPNESS: "it is not sharp enough",
  LOW_CONFIDENCE: "the face cannot be made out",
  SMALL_BOUNDING_BOX: "the face is too small",
  LOW_FACE_QUALITY: "too little of the face can be seen",
};

function poorPhoto({ UnindexedFaces = [] }: IndexFacesResponse): string {
  const found = new Set(
    UnindexedFaces.flatMap(({ Reasons = [] }) => Reasons.flatMap((reason) => reasons[reason] ?? [])),
  );
  const because = found.size === 0 ? "the face has too little detail" : [...found].join(" and ");
  return `This photo is not good enough for recognition: ${because}. Send another photo.`;
}

function faceOf({ Face: face, FaceDetail: detail }: FaceRecord): Face {
  if (face?.FaceId === undefined) throw new Error("Rekognition indexed a face without an id");
  const { Brightness = 0, Sharpness = 0 } = detail?.Quality ?? {};
  const box: Box = {
    left: face.BoundingBox?.Left ?? 0,
    top: face.BoundingBox?.Top ?? 0,
    width: face.BoundingBox?.Width ?? 0,
    height: face.BoundingBox?.Height ?? 0,
  };
  // A photo suits as far as its weaker side does.
  return { id: face.FaceId, box, quality: Math.min(Brightness, Sharpness) };
}
