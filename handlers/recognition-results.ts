import {
  GetCelebrityRecognitionCommand,
  GetFaceSearchCommand,
  type BoundingBox,
  type RekognitionClient,
} from "@aws-sdk/client-rekognition";
import type { Sample } from "../domain/appearances.ts";
import { personSlug } from "../domain/ids.ts";
import type { Box, Person } from "../domain/model.ts";

/** Results of one recognition job: who was seen in which frame, and which celebrities' ids that taught. */
export interface RecognitionResults {
  samples: Sample[];
  /** Rekognition's celebrity id by person id. */
  celebrityIds: Map<string, string>;
}

const pageSize = 1000;

/**
 * The faces of people on the watch list that a face search found, all pages. Faces of anyone else in the collection,
 * and those below the threshold, are left out.
 */
export async function faceSearchResults(
  rekognition: RekognitionClient,
  job: string,
  people: readonly Person[],
  threshold: number,
): Promise<RecognitionResults> {
  const known = new Set(people.map(({ id }) => id));
  const samples: Sample[] = [];
  let next: string | undefined;
  do {
    const page = await rekognition.send(
      new GetFaceSearchCommand({
        JobId: job,
        MaxResults: pageSize,
        SortBy: "TIMESTAMP",
        ...(next !== undefined && { NextToken: next }),
      }),
    );
    requireSuccess(page);
    for (const { Timestamp: atMs, Person: seen, FaceMatches = [] } of page.Persons ?? []) {
      const box = boxOf(seen?.Face?.BoundingBox ?? seen?.BoundingBox);
      if (atMs === undefined || box === undefined) continue;
      // One face may match several photos of a person: the best one counts.
      const best = new Map<string, number>();
      for (const { Similarity: similarity = 0, Face } of FaceMatches) {
        const person = Face?.ExternalImageId;
        if (person === undefined || !known.has(person) || similarity < threshold) continue;
        best.set(person, Math.max(similarity, best.get(person) ?? 0));
      }
      samples.push(...[...best].map(([person, similarity]) => ({ person, atMs, similarity, box })));
    }
    next = page.NextToken;
  } while (next !== undefined);
  return { samples, celebrityIds: new Map() };
}

/** The celebrities on the watch list that were recognised, all pages; by id where it is known, by name until then. */
export async function celebrityResults(
  rekognition: RekognitionClient,
  job: string,
  people: readonly Person[],
  threshold: number,
): Promise<RecognitionResults> {
  const samples: Sample[] = [];
  const celebrityIds = new Map<string, string>();
  let next: string | undefined;
  do {
    const page = await rekognition.send(
      new GetCelebrityRecognitionCommand({
        JobId: job,
        MaxResults: pageSize,
        SortBy: "TIMESTAMP",
        ...(next !== undefined && { NextToken: next }),
      }),
    );
    requireSuccess(page);
    for (const { Timestamp: atMs, Celebrity: celebrity } of page.Celebrities ?? []) {
      const box = boxOf(celebrity?.Face?.BoundingBox ?? celebrity?.BoundingBox);
      const similarity = celebrity?.Confidence ?? 0;
      if (atMs === undefined || box === undefined || celebrity === undefined || similarity < threshold) continue;
      for (const person of people) {
        const learnt = person.celebrityId ?? celebrityIds.get(person.id);
        const same =
          learnt === undefined
            ? person.celebrity !== undefined && personSlug(person.celebrity) === personSlug(celebrity.Name ?? "")
            : learnt === celebrity.Id;
        if (!same) continue;
        if (celebrity.Id !== undefined && celebrity.Id !== "") celebrityIds.set(person.id, celebrity.Id);
        samples.push({ person: person.id, atMs, similarity, box });
      }
    }
    next = page.NextToken;
  } while (next !== undefined);
  return { samples, celebrityIds };
}

function requireSuccess(page: { JobStatus?: string | undefined; StatusMessage?: string | undefined }): void {
  if (page.JobStatus === "SUCCEEDED") return;
  throw new Error(
    `Rekognition's job is ${page.JobStatus ?? "in no state"}${page.StatusMessage === undefined ? "" : `: ${page.StatusMessage}`}`,
  );
}

function boxOf(box: BoundingBox | undefined): Box | undefined {
  const { Left: left, Top: top, Width: width, Height: height } = box ?? {};
  return left === undefined || top === undefined || width === undefined || height === undefined
    ? undefined
    : { left, top, width, height };
}
