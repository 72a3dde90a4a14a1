import { DetectFacesCommand, ResourceNotFoundException, type RekognitionClient } from "@aws-sdk/client-rekognition";
import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import type { People } from "../catalogue/index.ts";
import { sharedArea } from "../domain/box.ts";
import type { Observation } from "../domain/identity.ts";
import type { Box, Person, Recording } from "../domain/model.ts";
import { frameAt } from "../domain/vod-keys.ts";
import { facesSeen, faceSearchName } from "../pipeline/detectors/face-search.ts";
import { boxOf } from "../pipeline/detectors/rekognition-video.ts";

/** A captured frame of a recording, and who is in it. */
export interface Frame {
  /** When it is, from the recording's start. */
  atMs: number;
  /** The JPEG's key in the VOD bucket. */
  key: string;
  /** Largest first. */
  faces: { box: Box; person: Pick<Person, "id" | "name"> | undefined }[];
}

/** The captured frames of converted recordings: one every two seconds, which are posters of clips, too. */
export interface FrameFaces {
  /** The frame nearest to a time, with its faces; `undefined` once its picture has expired. */
  at(recording: Recording & { durationMs: number }, atMs: number): Promise<Frame | undefined>;
  /** The JPEG of the frame nearest to a time; `undefined` once it has expired. */
  picture(recording: Recording & { durationMs: number }, atMs: number): Promise<Buffer | undefined>;
}

/** The dependencies of frame faces. */
export interface FrameFacesOptions {
  rekognition: RekognitionClient;
  s3: S3Client;
  vodBucket: string;
  people: People;
}

/** A search looks at two frames a second: the nearest is at most this far, in milliseconds. */
const mostApartMs = 300;
/** A face of the search and one of the frame with this much in common are the same. */
const sameFace = 0.4;

/** Looks for faces in captured frames, and names those that the recording's search recognised there. */
export function createFrameFaces({ rekognition, s3, vodBucket, people }: FrameFacesOptions): FrameFaces {
  const picture: FrameFaces["picture"] = async (recording, atMs) => {
    try {
      const { Body } = await s3.send(
        new GetObjectCommand({ Bucket: vodBucket, Key: frameAt(recording, atMs, recording.durationMs).key }),
      );
      return Body === undefined ? undefined : Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };

  /** What the recording's search saw about then. Rekognition forgets it after seven days. */
  async function seenAt(
    { analyses, subjects }: Recording,
    atMs: number,
    watchList: readonly Person[],
  ): Promise<Observation[]> {
    const job = analyses.find(({ detector, done }) => detector === faceSearchName && done)?.job;
    if (job === undefined || subjects.length === 0) return [];
    try {
      const observations = await facesSeen(rekognition, job, watchList);
      return observations.filter((observation) => Math.abs(observation.atMs - atMs) <= mostApartMs);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return [];
      throw error;
    }
  }

  return {
    picture,
    async at(recording, atMs) {
      const frame = frameAt(recording, atMs, recording.durationMs);
      const bytes = await picture(recording, atMs);
      if (bytes === undefined) return undefined;
      const watchList = await people.list();
      const [{ FaceDetails = [] }, seen] = await Promise.all([
        rekognition.send(new DetectFacesCommand({ Image: { Bytes: bytes }, Attributes: ["DEFAULT"] })),
        seenAt(recording, frame.atMs, watchList),
      ]);
      // Those who were merged are whom they were merged into.
      const present = watchList
        .filter(({ id, formerIds = [] }) => [id, ...formerIds].some((known) => recording.subjects.includes(known)))
        .map(({ id }) => id);
      const boxes = FaceDetails.flatMap(({ BoundingBox }) => boxOf(BoundingBox) ?? []);
      return {
        ...frame,
        faces: boxes
          .sort((a, b) => b.width * b.height - a.width * a.height)
          .map((box) => ({ box, person: personAt(box, seen, present) })),
      };
    },
  };
}

/** Who was recognised at this place, of the people of whom the recording has moments. */
function personAt(
  box: Box,
  seen: readonly Observation[],
  subjects: readonly string[],
): Pick<Person, "id" | "name"> | undefined {
  const [same] = seen
    .map((observation) => ({ observation, common: inCommon(observation.box, box) }))
    .filter(({ common }) => common >= sameFace)
    .sort((a, b) => b.common - a.common);
  const [best] = (same?.observation.candidates ?? [])
    .filter(({ subject }) => subjects.includes(subject.id))
    .sort((a, b) => b.similarity - a.similarity);
  return best && { id: best.subject.id, name: best.subject.name };
}

/** Intersection over union. */
function inCommon(a: Box, b: Box): number {
  const shared = sharedArea(a, b);
  return shared / (a.width * a.height + b.width * b.height - shared);
}
