import { GetFaceSearchCommand, StartFaceSearchCommand } from "@aws-sdk/client-rekognition";
import type { Sample } from "../../domain/appearances.ts";
import type { Detector, DetectorDeps } from "./detector.ts";
import { boxOf, startVideoJob, videoJobOutcome, videoJobPages } from "./rekognition-video.ts";

/**
 * Finds the people on the watch list by their reference photos. Faces of anyone else in the collection, and those below
 * the similarity threshold, are ignored.
 */
export function faceSearch({ rekognition, collectionId, similarityThreshold }: DetectorDeps): Detector {
  return {
    name: "faces",
    letter: "f",
    api: "StartFaceSearch",

    isWanted: (people) => people.some(({ faces }) => faces.length > 0),

    start: (video) =>
      startVideoJob(video, (input) =>
        rekognition.send(
          new StartFaceSearchCommand({ ...input, CollectionId: collectionId, FaceMatchThreshold: similarityThreshold }),
        ),
      ),

    outcome: (JobId) => videoJobOutcome((input) => rekognition.send(new GetFaceSearchCommand({ JobId, ...input }))),

    async results(JobId, people) {
      const names = new Map(people.map(({ id, name }) => [id, name]));
      const samples: Sample[] = [];
      for await (const page of videoJobPages((input) =>
        rekognition.send(new GetFaceSearchCommand({ JobId, ...input })),
      )) {
        for (const { Timestamp: atMs, Person: seen, FaceMatches = [] } of page.Persons ?? []) {
          const box = boxOf(seen?.Face?.BoundingBox ?? seen?.BoundingBox);
          if (atMs === undefined || box === undefined) continue;
          // One face may match several photos of a person: the best one counts.
          const best = new Map<string, number>();
          for (const { Similarity: similarity = 0, Face } of FaceMatches) {
            const person = Face?.ExternalImageId;
            if (person === undefined || !names.has(person) || similarity < similarityThreshold) continue;
            best.set(person, Math.max(similarity, best.get(person) ?? 0));
          }
          for (const [id, similarity] of best) {
            samples.push({ subject: { kind: "person", id, name: names.get(id)! }, atMs, similarity, box });
          }
        }
      }
      return samples;
    },
  };
}
