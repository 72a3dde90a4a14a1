import type {
  CelebrityRecognition,
  GetCelebrityRecognitionResponse,
  RecognizeCelebritiesResponse,
  StartCelebrityRecognitionResponse,
} from "@aws-sdk/client-rekognition";
import type { FaceWorker } from "../../vision/worker/index.ts";
import type { Cloud } from "../cloud.ts";
import type { OperationContext } from "../protocols/json.ts";
import type { Celebrities } from "./celebrities.ts";
import { readImage } from "./images.ts";
import { oneOf, type Input } from "./input.ts";
import { jobHeader, videoMetadata, type VideoJobs, type VideoRecognition } from "./jobs.ts";
import { page } from "./pages.ts";
import { boundingBox, comparedFace, faceDetail, largestFirst } from "./shapes.ts";

/** Finds celebrities in a video: one entry per sighting. Without any known celebrity, the video isn't decoded. */
export function celebrityRecognition(celebrities: Celebrities): VideoRecognition {
  return async (_request, video) => {
    if (!celebrities.any) return { entries: [] };
    const report = await video();
    const entries: CelebrityRecognition[] = [];
    for (const { timeMs, faces } of report.frames) {
      for (const face of faces) {
        const found = await celebrities.recognise(face);
        if (found === undefined) continue;
        const { id, name } = found.celebrity;
        entries.push({
          Timestamp: timeMs,
          Celebrity: {
            Id: id,
            Name: name,
            Urls: [],
            Confidence: found.similarity,
            BoundingBox: boundingBox(face.box),
            Face: faceDetail(face),
          },
        });
      }
    }
    return { metadata: videoMetadata(report), entries };
  };
}

export function celebrityOperations(cloud: Cloud, celebrities: Celebrities, worker: FaceWorker, jobs: VideoJobs) {
  return {
    async StartCelebrityRecognition(
      input: Input,
      { principal }: OperationContext,
    ): Promise<StartCelebrityRecognitionResponse> {
      cloud.iam.authorize(principal, "rekognition:StartCelebrityRecognition", "*");
      return jobs.start("StartCelebrityRecognition", input, principal);
    },

    GetCelebrityRecognition(input: Input, { principal }: OperationContext): GetCelebrityRecognitionResponse {
      cloud.iam.authorize(principal, "rekognition:GetCelebrityRecognition", "*");
      const job = jobs.get("StartCelebrityRecognition", input);
      const sortBy = oneOf(input, "SortBy", ["TIMESTAMP", "ID"]);
      const { metadata, entries } = jobs.result<CelebrityRecognition>(job);
      const sorted =
        sortBy === "ID"
          ? entries.toSorted((a, b) => (a.Celebrity?.Id ?? "").localeCompare(b.Celebrity?.Id ?? ""))
          : entries;
      const { entries: Celebrities, ...next } = page(sorted, `${job.id}/${sortBy}`, input, {
        max: 1000,
        byDefault: 1000,
      });
      return { ...jobHeader(job), VideoMetadata: metadata, Celebrities, ...next };
    },

    async RecognizeCelebrities(input: Input, { principal }: OperationContext): Promise<RecognizeCelebritiesResponse> {
      cloud.iam.authorize(principal, "rekognition:RecognizeCelebrities", "*");
      const { report } = await readImage(cloud, worker, principal, input);
      const response: Required<Pick<RecognizeCelebritiesResponse, "CelebrityFaces" | "UnrecognizedFaces">> = {
        CelebrityFaces: [],
        UnrecognizedFaces: [],
      };
      for (const face of largestFirst(report.faces)) {
        const found = await celebrities.recognise(face);
        if (found === undefined) response.UnrecognizedFaces.push(comparedFace(face));
        else
          response.CelebrityFaces.push({
            Id: found.celebrity.id,
            Name: found.celebrity.name,
            Urls: [],
            Face: comparedFace(face),
            MatchConfidence: found.similarity,
          });
      }
      return response;
    },
  };
}
