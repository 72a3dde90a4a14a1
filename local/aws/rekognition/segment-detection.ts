import type {
  GetSegmentDetectionResponse,
  SegmentDetection,
  StartSegmentDetectionResponse,
} from "@aws-sdk/client-rekognition";
import type { VideoReport } from "../../vision/report.ts";
import type { Cloud } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import type { OperationContext } from "../protocols/json.ts";
import { texts, violates, type Input } from "./input.ts";
import { jobHeader, videoMetadata, type VideoJobs, type VideoRecognition } from "./jobs.ts";
import { page } from "./pages.ts";

/** Version of the shot detection. */
const modelVersion = "1.0";

/** Finds the shots of a video, in order. */
export function segmentDetection(): VideoRecognition {
  return async (_request, video) => {
    const report = await video();
    return { metadata: videoMetadata(report), entries: shotsOf(report) };
  };
}

/** The shots: each ends with the last frame before the next one. Dissolves count as cuts, or as none. */
function shotsOf({ info, cutsMs }: VideoReport): SegmentDetection[] {
  const frameMs = info.frameRate > 0 ? 1000 / info.frameRate : 0;
  const starts = [0, ...cutsMs];
  return starts.map((startMs, index): SegmentDetection => {
    const next = starts[index + 1];
    const endMs = next === undefined ? info.durationMs : Math.round(next - frameMs);
    const frameOf = (timeMs: number): number => Math.round((timeMs * info.frameRate) / 1000);
    return {
      Type: "SHOT",
      StartTimestampMillis: startMs,
      EndTimestampMillis: endMs,
      DurationMillis: endMs - startMs,
      StartFrameNumber: frameOf(startMs),
      EndFrameNumber: frameOf(endMs),
      DurationFrames: frameOf(endMs) - frameOf(startMs),
      ShotSegment: { Index: index, Confidence: 100 },
    };
  });
}

export function segmentOperations(cloud: Cloud, jobs: VideoJobs) {
  return {
    async StartSegmentDetection(input: Input, { principal }: OperationContext): Promise<StartSegmentDetectionResponse> {
      cloud.iam.authorize(principal, "rekognition:StartSegmentDetection", "*");
      const types = texts(input, "SegmentTypes");
      if (types.length === 0) throw violates("segmentTypes", "Member must have length greater than or equal to 1");
      const other = types.find((type) => type !== "SHOT");
      if (other !== undefined)
        throw new AwsError("NotImplemented", `SegmentTypes: ${other} is not supported by the local engine.`, 501);
      return jobs.start("StartSegmentDetection", input, principal);
    },

    GetSegmentDetection(input: Input, { principal }: OperationContext): GetSegmentDetectionResponse {
      cloud.iam.authorize(principal, "rekognition:GetSegmentDetection", "*");
      const job = jobs.get("StartSegmentDetection", input);
      const { metadata, entries } = jobs.result<SegmentDetection>(job);
      const { entries: Segments, ...next } = page(entries, job.id, input, { max: 1000, byDefault: 1000 });
      return {
        ...jobHeader(job),
        VideoMetadata: metadata === undefined ? [] : [metadata],
        AudioMetadata: [],
        Segments,
        SelectedSegmentTypes: [{ Type: "SHOT", ModelVersion: modelVersion }],
        ...next,
      };
    },
  };
}
