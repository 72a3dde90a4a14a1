import type { Log } from "../../log.ts";
import type { Cloud } from "../cloud.ts";
import type { BlobStore } from "./blob-store.ts";
import type { Notifications } from "./notifications.ts";
import type { ObjectIndex } from "./object-index.ts";
import type { UploadIndex } from "./upload-index.ts";

/** State that S3's actions, resources and peer share. */
export interface S3 {
  cloud: Pick<Cloud, "region" | "accountId" | "iam" | "origins">;
  log: Log;
  index: ObjectIndex;
  uploads: UploadIndex;
  blobs: BlobStore;
  notifications: Notifications;
}

export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}
