import {
  InvalidParameterException,
  InvalidS3ObjectException,
  ResourceNotFoundException,
  VideoTooLargeException,
  type BoundingBox,
  type FaceDetail,
  type StartFaceSearchCommandInput,
} from "@aws-sdk/client-rekognition";
import type { Box } from "../../domain/model.ts";
import { DetectorError, type Outcome, type VideoJob } from "./detector.ts";

/** What the Get operations of Rekognition Video have in common. */
interface ResultsPage {
  JobStatus?: "IN_PROGRESS" | "SUCCEEDED" | "FAILED" | undefined;
  StatusMessage?: string | undefined;
  NextToken?: string | undefined;
}

/** What the Start operations of Rekognition Video have in common. */
export type StartInput = Pick<
  StartFaceSearchCommandInput,
  "Video" | "ClientRequestToken" | "JobTag" | "NotificationChannel"
>;

/** Results on one page; 1000 is the most that Rekognition returns. */
const pageSize = 1000;

/**
 * Starts a job of Rekognition Video and returns its id. Throws `DetectorError` where the recording itself is the
 * problem; anything else may pass.
 * https://docs.aws.amazon.com/rekognition/latest/APIReference/API_StartFaceSearch.html#API_StartFaceSearch_Errors
 */
export async function startVideoJob(
  { bucket, key, token, tag, topicArn, roleArn }: VideoJob,
  send: (input: StartInput) => Promise<{ JobId?: string | undefined }>,
): Promise<string> {
  try {
    const { JobId } = await send({
      Video: { S3Object: { Bucket: bucket, Name: key } },
      ClientRequestToken: token,
      JobTag: tag,
      NotificationChannel: { SNSTopicArn: topicArn, RoleArn: roleArn },
    });
    if (JobId === undefined) throw new Error("Rekognition answered without a job");
    return JobId;
  } catch (error) {
    const refused =
      error instanceof InvalidParameterException ||
      error instanceof InvalidS3ObjectException ||
      error instanceof ResourceNotFoundException ||
      error instanceof VideoTooLargeException;
    if (!refused) throw error;
    throw new DetectorError(`Rekognition can't look for people in the recording: ${error.message}`, { cause: error });
  }
}

/** What became of a job; `undefined` when Rekognition no longer knows it: it forgets jobs after seven days. */
export async function videoJobOutcome(
  send: (input: { MaxResults: number }) => Promise<ResultsPage>,
): Promise<Outcome | undefined> {
  try {
    const { JobStatus, StatusMessage } = await send({ MaxResults: 1 });
    return JobStatus === undefined ? undefined : { status: JobStatus, reason: StatusMessage };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** All pages of a successful job's results, in order of time. Throws when the job has not succeeded. */
export async function* videoJobPages<Page extends ResultsPage>(
  send: (input: { MaxResults: number; SortBy: "TIMESTAMP"; NextToken?: string }) => Promise<Page>,
): AsyncGenerator<Page, undefined> {
  let next: string | undefined;
  do {
    const page = await send({
      MaxResults: pageSize,
      SortBy: "TIMESTAMP",
      ...(next !== undefined && { NextToken: next }),
    });
    if (page.JobStatus !== "SUCCEEDED") {
      const reason = page.StatusMessage === undefined ? "" : `: ${page.StatusMessage}`;
      throw new Error(`Rekognition's job is ${page.JobStatus ?? "in no state"}${reason}`);
    }
    yield page;
    next = page.NextToken;
  } while (next !== undefined);
  return undefined;
}

/** Sharpness from which on a face says as much about its person as it can. */
const sharp = 40;

/** How much a face says about who it is: see `Observation.weight`. Turned by 60 degrees, it says a quarter. */
export function weightOf({ Pose, Quality }: FaceDetail = {}): number {
  const turned = Math.cos(((Pose?.Yaw ?? 0) * Math.PI) / 180) * Math.cos(((Pose?.Pitch ?? 0) * Math.PI) / 180);
  const sharpness = Math.min(1, (Quality?.Sharpness ?? sharp) / sharp);
  return Math.max(0.05, turned) ** 2 * Math.max(0.1, sharpness);
}

/** Rekognition's box as ours; `undefined` when it is incomplete. */
export function boxOf(box: BoundingBox | undefined): Box | undefined {
  const { Left: left, Top: top, Width: width, Height: height } = box ?? {};
  return left === undefined || top === undefined || width === undefined || height === undefined
    ? undefined
    : { left, top, width, height };
}
