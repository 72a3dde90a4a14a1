import {
  DeleteFacesCommand,
  DetectFacesCommand,
  ImageTooLargeException,
  IndexFacesCommand,
  InvalidImageFormatException,
  InvalidParameterException,
  SearchFacesCommand,
  type FaceMatch,
  type FaceRecord,
  type IndexFacesResponse,
  type RekognitionClient,
} from "@aws-sdk/client-rekognition";
import type { People } from "../../catalogue/index.ts";
import { sharedArea } from "../../domain/box.ts";
import { leastSimilarity } from "../../domain/identity.ts";
import type { Box, Face, Person } from "../../domain/model.ts";
import { ApiProblem } from "../problems.ts";
import { chooseFace, smallestImagePx } from "./choose-face.ts";
import { imageSizeOf, imageTypeOf, type ImageSize, type ImageType } from "./image-header.ts";

/** Reference photos: only their faces' vectors are kept, in the Rekognition collection; no picture is stored. */
export interface Photos {
  /**
   * Adds a face of a photo: the one at `box`, or the only one. `added` is false if this photo of this person
   * had been added before: Rekognition recognises the same bytes with the same external id.
   */
  add(
    person: Person,
    photo: { bytes: Buffer; declaredType: string; box: Box | undefined },
  ): Promise<{ face: Face; added: boolean; lookAlikes: LookAlike[] }>;
  /** The others on the watch list whom any face of the person resembles, most similar first. */
  lookAlikes(person: Person): Promise<LookAlike[]>;
  /** Removes faces from the collection; unknown ids have no effect. */
  forget(faceIds: string[]): Promise<void>;
}

/** Someone else on the watch list whose face is so similar that moments can't always be told apart. */
export interface LookAlike {
  person: Pick<Person, "id" | "name">;
  /** 0–100. */
  similarity: number;
}

/** The dependencies of photos. */
export interface PhotosOptions {
  rekognition: RekognitionClient;
  people: People;
  /** The Rekognition collection's id. */
  collection: string;
}

/** From this similarity on, two faces are the same person's. */
const sameFace = 97;
/** From this similarity on, a frame of one person could be mistaken for the other. */
const alike = Math.floor(leastSimilarity(80));
/** Rekognition has a quota of searches a second, which is small in some regions. */
const searchesAtOnce = 4;
/** The most faces that Rekognition indexes in one photo. */
const mostFaces = 100;

/** Reference photos of the people on the watch list. */
export function createPhotos({ rekognition, people, collection }: PhotosOptions): Photos {
  const forget: Photos["forget"] = async (faceIds) => {
    if (faceIds.length === 0) return;
    await rekognition.send(new DeleteFacesCommand({ CollectionId: collection, FaceIds: faceIds }));
  };

  async function choose(bytes: Buffer, size: ImageSize, wanted: Box | undefined): Promise<Box> {
    const { FaceDetails = [] } = await rekognition.send(
      new DetectFacesCommand({ Image: { Bytes: bytes }, Attributes: ["DEFAULT"] }),
    );
    return chooseFace(FaceDetails, size, wanted);
  }

  /**
   * Indexes the chosen face. Rekognition can only be told how many of the largest faces to index, so the others
   * are removed at once.
   */
  async function index(person: Person, bytes: Buffer, chosen: Box, isLargest: boolean): Promise<Face> {
    const answer = await rekognition.send(
      new IndexFacesCommand({
        CollectionId: collection,
        Image: { Bytes: bytes },
        ExternalImageId: person.id,
        MaxFaces: isLargest ? 1 : mostFaces,
        QualityFilter: "AUTO",
        DetectionAttributes: ["DEFAULT"],
      }),
    );
    const faces = (answer.FaceRecords ?? []).map(faceOf);
    const [face, ...others] = faces.toSorted((a, b) => sharedArea(b.box, chosen) - sharedArea(a.box, chosen));
    const known = new Set(person.faces.map(({ id }) => id));
    await forget(others.map(({ id }) => id).filter((id) => !known.has(id)));
    if (face === undefined || sharedArea(face.box, chosen) === 0) {
      if (face !== undefined && !known.has(face.id)) await forget([face.id]);
      throw new ApiProblem("poor-photo", poorPhoto(answer));
    }
    return face;
  }

  /** The faces in the collection that one resembles; none for one that is being forgotten. */
  async function matchesOf({ id }: Face): Promise<FaceMatch[]> {
    try {
      const { FaceMatches = [] } = await rekognition.send(
        new SearchFacesCommand({ CollectionId: collection, FaceId: id, FaceMatchThreshold: alike, MaxFaces: 100 }),
      );
      return FaceMatches;
    } catch (error) {
      if (error instanceof InvalidParameterException) return [];
      throw error;
    }
  }

  /** The others whom faces of the person resemble, most similar first. */
  async function lookAlikesOf(person: Person, faces: readonly Face[]): Promise<LookAlike[]> {
    const matches: FaceMatch[] = [];
    for (let first = 0; first < faces.length; first += searchesAtOnce)
      matches.push(...(await Promise.all(faces.slice(first, first + searchesAtOnce).map(matchesOf))).flat());
    const best = new Map<string, number>();
    const own = [person.id, ...(person.formerIds ?? [])];
    for (const { Similarity = 0, Face: { ExternalImageId: id = "" } = {} } of matches)
      if (!own.includes(id)) best.set(id, Math.max(Similarity, best.get(id) ?? 0));
    const found = await Promise.all(
      [...best].map(async ([id, similarity]) => ({ person: await people.get(id), similarity })),
    );
    const sorted = found
      .flatMap(({ person: other, similarity }) =>
        // The collection may still contain faces of someone who is being forgotten.
        other === undefined ? [] : [{ person: { id: other.id, name: other.name }, similarity }],
      )
      .sort((a, b) => b.similarity - a.similarity);
    // Faces of merged entries have different ids, and are one person.
    return [...Map.groupBy(sorted, (lookAlike) => lookAlike.person.id).values()].map(([closest]) => closest!);
  }

  return {
    forget,
    lookAlikes: (person) => lookAlikesOf(person, person.faces),

    async add(person, { bytes, declaredType, box }) {
      const size = readSize(bytes, declaredType);
      const face = await readable(async () => {
        const chosen = await choose(bytes, size, box);
        return index(person, bytes, chosen, box === undefined);
      });
      const known = person.faces.find(({ id }) => id === face.id);
      try {
        const lookAlikes = await lookAlikesOf(person, [face]);
        if (known !== undefined) return { face: known, added: false, lookAlikes };
        const [closest] = lookAlikes;
        if (closest !== undefined && closest.similarity >= sameFace)
          throw new ApiProblem(
            "face-taken",
            `This is the face of ${closest.person.name}, who is on the watch list already. Add the photo to them, or ` +
              "send a photo of someone else.",
            { person: closest.person },
          );
        await people.addFace(person.id, face);
        return { face, added: true, lookAlikes };
      } catch (error) {
        // Otherwise the collection would recognise a face that no person has.
        if (known === undefined) await forget([face.id]);
        throw error;
      }
    },
  };
}

function readSize(bytes: Buffer, declaredType: string): ImageSize {
  const type: ImageType | undefined = imageTypeOf(bytes);
  if (type === undefined) throw new ApiProblem("unsupported-media-type", "The body is neither a JPEG nor a PNG file.");
  // Some cameras and phones send image/jpg.
  if (type !== declaredType.replace("image/jpg", "image/jpeg"))
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

/** Turns Rekognition's errors about unreadable files into problems of the request. */
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
      throw new ApiProblem("payload-too-large", "The photo is too large for Rekognition. Scale it down.", {
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
  // The worse of the two limits recognition.
  return { id: face.FaceId, box, quality: Math.min(Brightness, Sharpness) };
}
