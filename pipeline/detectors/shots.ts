import { GetSegmentDetectionCommand, StartSegmentDetectionCommand } from "@aws-sdk/client-rekognition";
import type { Detector, DetectorDeps } from "./detector.ts";
import { startVideoJob, videoJobOutcome, videoJobPages } from "./rekognition-video.ts";

/**
 * Finds the cuts between shots. It finds no subject itself: with cuts, moments and their padding end where the picture
 * changes to someone else.
 */
export function shots({ rekognition, shots: enabled, celebrities }: DetectorDeps): Detector {
  return {
    name: "shots",
    letter: "s",
    api: "StartSegmentDetection",

    isWanted: (people) =>
      enabled && people.some(({ faces, celebrity }) => faces.length > 0 || (celebrities && celebrity !== undefined)),

    start: (video) =>
      startVideoJob(video, (input) =>
        rekognition.send(new StartSegmentDetectionCommand({ ...input, SegmentTypes: ["SHOT"] })),
      ),

    outcome: (JobId) =>
      videoJobOutcome((input) => rekognition.send(new GetSegmentDetectionCommand({ JobId, ...input }))),

    async results(JobId) {
      const startsMs: number[] = [];
      for await (const page of videoJobPages(({ MaxResults, NextToken }) =>
        rekognition.send(new GetSegmentDetectionCommand({ JobId, MaxResults, NextToken })),
      )) {
        for (const { Type, StartTimestampMillis: startMs } of page.Segments ?? [])
          if (Type === "SHOT" && startMs !== undefined && startMs > 0) startsMs.push(startMs);
      }
      return { observations: [], cutsMs: startsMs.sort((a, b) => a - b) };
    },
  };
}
