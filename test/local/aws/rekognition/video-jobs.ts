import {
  GetFaceSearchCommand,
  IndexFacesCommand,
  StartFaceSearchCommand,
  type GetFaceSearchCommandOutput,
  type StartFaceSearchCommandInput,
} from "@aws-sdk/client-rekognition";
import { eventually } from "../../../support/cloud.ts";
import { bucket, collection, publisherArn, topicArn, type RunningService } from "./service.ts";

/** Where completions are announced. */
export const NotificationChannel = { SNSTopicArn: topicArn, RoleArn: publisherArn };

/** An object of the bucket, as requests name a video. */
export const video = (Name: string) => ({ S3Object: { Bucket: bucket, Name } });

/** Registers the face of a photo and answers with its id. */
export async function register(service: RunningService, ExternalImageId: string, Bytes: Buffer): Promise<string> {
  const { FaceRecords = [] } = await service.client.send(
    new IndexFacesCommand({ CollectionId: collection, ExternalImageId, Image: { Bytes } }),
  );
  return FaceRecords[0]!.Face!.FaceId!;
}

/** Starts a face search and answers with the job's id. */
export async function startSearch(
  service: Pick<RunningService, "client">,
  key: string,
  input: Partial<StartFaceSearchCommandInput> = {},
): Promise<string> {
  const { JobId = "" } = await service.client.send(
    new StartFaceSearchCommand({ CollectionId: collection, Video: video(key), ...input }),
  );
  return JobId;
}

/** The answer of a face search once it has ended. */
export function finished(service: RunningService, JobId: string): Promise<GetFaceSearchCommandOutput> {
  return eventually(
    async () => {
      const answer = await service.client.send(new GetFaceSearchCommand({ JobId }));
      return answer.JobStatus === "IN_PROGRESS" ? undefined : answer;
    },
    "The end of the job",
    60_000,
  );
}

/** What the topic was told of a job. */
export function toldOf(service: RunningService, JobId: string): Promise<unknown> {
  return eventually(
    () =>
      service.published.find(
        ({ message }) =>
          typeof message === "object" && message !== null && "JobId" in message && message.JobId === JobId,
      )?.message,
    "The notification",
    60_000,
  );
}
