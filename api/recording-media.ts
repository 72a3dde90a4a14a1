import { DeleteObjectCommand, DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { Recording } from "../domain/model.ts";
import { vodPrefix } from "../domain/vod-keys.ts";

/** What is stored of recordings in buckets. */
export interface RecordingMedia {
  /** Deletes the archived recording and all that it was converted to. Again changes nothing. */
  delete(recording: Recording): Promise<void>;
}

/** The recordings' media in the archive and in the VOD bucket. */
export function createRecordingMedia({ s3, vodBucket }: { s3: S3Client; vodBucket: string }): RecordingMedia {
  async function deleteConverted(recording: Recording): Promise<void> {
    for (;;) {
      // At most 1000 keys, as many as one call deletes.
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: vodBucket, Prefix: vodPrefix(recording) }),
      );
      const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
      if (Objects.length === 0) return;
      const { Errors: [failed] = [] } = await s3.send(
        new DeleteObjectsCommand({ Bucket: vodBucket, Delete: { Objects, Quiet: true } }),
      );
      if (failed !== undefined)
        throw new Error(`S3 could not delete ${failed.Key ?? "an object"}: ${failed.Message ?? failed.Code ?? ""}`);
    }
  }

  return {
    async delete(recording) {
      await deleteConverted(recording);
      await s3.send(new DeleteObjectCommand({ Bucket: recording.bucket, Key: recording.key }));
    },
  };
}
