import { join } from "node:path";
import type { Cloud, ObjectStore, ServiceModule } from "../cloud.ts";
import { BlobStore } from "./blob-store.ts";
import { sweepExpired } from "./lifecycle.ts";
import { Notifications } from "./notifications.ts";
import { ObjectIndex } from "./object-index.ts";
import { objectStore } from "./peer.ts";
import { bucketProvider } from "./resources/bucket.ts";
import { bucketLifecycleProvider } from "./resources/bucket-lifecycle.ts";
import { bucketNotificationProvider } from "./resources/bucket-notification.ts";
import { bucketObjectProvider } from "./resources/bucket-object.ts";
import { bucketPolicyProvider, publicAccessBlockProvider } from "./resources/bucket-policy.ts";
import { bucketVersioningProvider, settledBucketProviders } from "./resources/settled.ts";
import { s3Api } from "./router.ts";
import type { S3 } from "./service.ts";
import { UploadIndex } from "./upload-index.ts";

const lifecycleEveryMs = 3_600_000;

export interface LocalS3 extends ServiceModule, ObjectStore {
  /** What a bucket's objects take, in bytes. */
  bytesIn(bucket: string): number;
}

/**
 * S3 on this disk: bytes in files, everything else in SQLite, below `dataFolder/s3`. Anything that a crash left
 * behind is swept first.
 */
export async function createS3(cloud: Cloud): Promise<LocalS3> {
  const folder = join(cloud.dataFolder, "s3");
  const log = cloud.log.child("s3");
  const index = new ObjectIndex(join(folder, "index.db"));
  const uploads = new UploadIndex(index);
  const blobs = new BlobStore(join(folder, "blobs"));
  const notifications = new Notifications(cloud, index, log);
  const s3: S3 = { cloud, log, index, uploads, blobs, notifications };
  const orphans = await blobs.sweep(new Set([...index.blobs(), ...uploads.blobs()]));
  if (orphans > 0) log.info(`removed ${orphans} orphaned files`);
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> = Promise.resolve();

  function sweep(): void {
    sweeping = sweepExpired(s3).then(
      (removed) => (removed > 0 ? log.info(`${removed} objects expired`) : undefined),
      (cause: unknown) => log.error("The lifecycle rules could not be applied", cause),
    );
  }

  return {
    ...objectStore(s3),
    bytesIn: (bucket) => index.bytesIn(bucket),
    api: s3Api(s3),
    resources: [
      bucketProvider(s3),
      bucketPolicyProvider(s3),
      publicAccessBlockProvider(s3),
      bucketLifecycleProvider(s3),
      bucketLifecycleProvider(s3, "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"),
      bucketNotificationProvider(s3),
      bucketObjectProvider(s3),
      bucketObjectProvider(s3, "aws:s3/bucketObject:BucketObject"),
      bucketVersioningProvider(s3),
      ...settledBucketProviders(s3),
    ],
    async start() {
      notifications.start();
      sweep();
      timer = setInterval(sweep, lifecycleEveryMs);
    },
    async stop() {
      clearInterval(timer);
      await notifications.stop();
      await sweeping;
      index.close();
    },
  };
}
