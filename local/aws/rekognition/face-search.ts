import type { GetFaceSearchResponse, PersonMatch, StartFaceSearchResponse } from "@aws-sdk/client-rekognition";
import type { Recogniser } from "../../vision/recognisers/index.ts";
import { trackPersons } from "../../vision/video/track.ts";
import type { Cloud } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import type { OperationContext } from "../protocols/json.ts";
import { authorizedCollection } from "./collections.ts";
import { numberIn, oneOf, type Input } from "./input.ts";
import { jobHeader, videoMetadata, type VideoJobs, type VideoRecognition } from "./jobs.ts";
import { page } from "./pages.ts";
import { faceDetail, faceMatches } from "./shapes.ts";
import type { CollectionStore } from "./store.ts";

/**
 * Searches a collection for a video's faces: one entry per face per sampled frame. Entries of unknown faces
 * have no matches.
 */
export function faceSearch(collections: CollectionStore, recogniser: Recogniser): VideoRecognition {
  return async ({ search }, video) => {
    if (search === undefined) throw new Error("A face search needs a collection.");
    const { collectionId, threshold } = search;
    const report = await video();
    if (collections.find(collectionId) === undefined)
      throw new AwsError("ResourceNotFoundException", `The collection id: ${collectionId} does not exist`);
    const known = collections.faces(collectionId);
    const indexes = trackPersons(report.frames, recogniser.curve);
    const entries = report.frames.flatMap(({ timeMs, faces }, frame) =>
      faces.map((face, position): PersonMatch => {
        const matches = faceMatches(face.embedding, known, threshold, recogniser);
        return {
          Timestamp: timeMs,
          Person: { Index: indexes[frame]?.[position], Face: faceDetail(face) },
          ...(matches.length === 0 ? {} : { FaceMatches: matches }),
        };
      }),
    );
    return { metadata: videoMetadata(report), entries };
  };
}

export function faceSearchOperations(cloud: Cloud, collections: CollectionStore, jobs: VideoJobs) {
  return {
    async StartFaceSearch(input: Input, context: OperationContext): Promise<StartFaceSearchResponse> {
      const { id } = authorizedCollection(cloud, collections, context, "StartFaceSearch", input);
      const threshold = numberIn(input, "FaceMatchThreshold", { min: 0, max: 100, byDefault: 80 });
      return jobs.start("StartFaceSearch", input, context.principal, { collectionId: id, threshold });
    },

    GetFaceSearch(input: Input, { principal }: OperationContext): GetFaceSearchResponse {
      cloud.iam.authorize(principal, "rekognition:GetFaceSearch", "*");
      const job = jobs.get("StartFaceSearch", input);
      const sortBy = oneOf(input, "SortBy", ["TIMESTAMP", "INDEX"]);
      const { metadata, entries } = jobs.result<PersonMatch>(job);
      const sorted =
        sortBy === "INDEX" ? entries.toSorted((a, b) => (a.Person?.Index ?? 0) - (b.Person?.Index ?? 0)) : entries;
      const { entries: Persons, ...next } = page(sorted, `${job.id}/${sortBy}`, input, { max: 1000, byDefault: 1000 });
      return { ...jobHeader(job), VideoMetadata: metadata, Persons, ...next };
    },
  };
}
