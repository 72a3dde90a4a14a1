/**
 * What detectors need from IAM, apart from their code so that the Pulumi program loads no AWS SDK.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrekognition.html
 */
export interface DetectorGrant {
  /** The detector's name. */
  detector: string;
  /** The stack configuration that it is part of; always there when absent. */
  needs?: "celebrities" | "shots";
  /** Starts its jobs; `find-people` may. */
  start: { sid: string; action: string; resource: "collection" | "*" };
  /** Reads its jobs, which are not IAM resources; `index-clips` and the sweeper may. */
  read: string;
}

/** One entry a detector. */
export const detectorGrants: readonly DetectorGrant[] = [
  {
    detector: "faces",
    start: { sid: "FindFaces", action: "rekognition:StartFaceSearch", resource: "collection" },
    read: "rekognition:GetFaceSearch",
  },
  {
    detector: "celebrities",
    needs: "celebrities",
    start: { sid: "FindCelebrities", action: "rekognition:StartCelebrityRecognition", resource: "*" },
    read: "rekognition:GetCelebrityRecognition",
  },
  {
    detector: "shots",
    needs: "shots",
    start: { sid: "FindShots", action: "rekognition:StartSegmentDetection", resource: "*" },
    read: "rekognition:GetSegmentDetection",
  },
];
