import { GetFaceSearchCommand, StartFaceSearchCommand, type RekognitionClient } from "@aws-sdk/client-rekognition";
import { leastSimilarity, type Candidate, type Observation } from "../../domain/identity.ts";
import type { Person, Subject } from "../../domain/model.ts";
import type { Detector, DetectorDeps } from "./detector.ts";
import { boxOf, startVideoJob, videoJobOutcome, videoJobPages, weightOf } from "./rekognition-video.ts";

/** The detector's name. */
export const faceSearchName = "faces";

/**
 * Finds the people on the watch list by their reference photos. Reports every face, as a stranger counts too: a moment
 * ends where a cut leads to one. Faces of anyone else in the collection are strangers.
 */
export function faceSearch({ rekognition, collectionId, similarityThreshold }: DetectorDeps): Detector {
  // Rounded down: the API takes a float, and a candidate that is just within the margin must not be lost.
  const least = Math.floor(leastSimilarity(similarityThreshold));
  return {
    name: faceSearchName,
    letter: "f",
    api: "StartFaceSearch",

    isWanted: (people) => people.some(({ faces }) => faces.length > 0),

    start: (video) =>
      startVideoJob(video, (input) =>
        rekognition.send(
          new StartFaceSearchCommand({ ...input, CollectionId: collectionId, FaceMatchThreshold: least }),
        ),
      ),

    outcome: (JobId) => videoJobOutcome((input) => rekognition.send(new GetFaceSearchCommand({ JobId, ...input }))),

    results: async (job, people) => ({ observations: await facesSeen(rekognition, job, people) }),
  };
}

/** Every face that a successful job found, and whose of these people's it may be. */
export async function facesSeen(
  rekognition: RekognitionClient,
  JobId: string,
  people: readonly Person[],
): Promise<Observation[]> {
  // A face keeps the id that it was indexed with; when people are merged, it becomes the other's.
  // https://docs.aws.amazon.com/rekognition/latest/APIReference/API_IndexFaces.html
  const subjects = new Map(
    people.flatMap(({ id, name, formerIds = [] }) =>
      [id, ...formerIds].map((known): [string, Subject] => [known, { kind: "person", id, name }]),
    ),
  );
  const observations: Observation[] = [];
  for await (const page of videoJobPages((input) => rekognition.send(new GetFaceSearchCommand({ JobId, ...input })))) {
    for (const { Timestamp: atMs, Person: seen, FaceMatches = [] } of page.Persons ?? []) {
      const box = boxOf(seen?.Face?.BoundingBox ?? seen?.BoundingBox);
      if (atMs === undefined || box === undefined) continue;
      // One face may match several photos of a person: the best one counts.
      const best = new Map<string, Candidate>();
      for (const { Similarity: similarity = 0, Face } of FaceMatches) {
        const subject = subjects.get(Face?.ExternalImageId ?? "");
        if (subject === undefined || similarity < (best.get(subject.id)?.similarity ?? 0)) continue;
        best.set(subject.id, { subject, similarity });
      }
      observations.push({
        atMs,
        box,
        ...(seen?.Index !== undefined && { person: seen.Index }),
        weight: weightOf(seen?.Face),
        candidates: [...best.values()],
      });
    }
  }
  return observations;
}
