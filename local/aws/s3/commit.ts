import { forwardNow } from "../../forward-clock.ts";
import { isDiskFull } from "../../disk.ts";
import { DiskFull } from "../errors.ts";
import type { Conditions } from "./conditions.ts";
import type { ObjectEvent } from "./event-record.ts";
import type { StoredObject } from "./object-index.ts";
import type { S3 } from "./service.ts";

/** Who caused a write, as reported in its event. */
export type Cause = Pick<ObjectEvent, "principal" | "requestId" | "sourceAddress">;

/**
 * Makes a stored blob the object of its key, in one transaction with its notifications. On failure the blob is deleted
 * and nothing else changes. `also` runs in the same transaction and returns more blobs to delete.
 */
export async function commitObject(
  s3: S3,
  object: Omit<StoredObject, "modified">,
  options: { event: string; cause: Cause; conditions?: Conditions; also?: () => readonly string[] },
): Promise<StoredObject> {
  const stored: StoredObject = { ...object, modified: forwardNow() };
  const { bucket, key, size, etag, modified } = stored;
  const event: ObjectEvent = { name: options.event, bucket, key, size, etag, time: modified, ...options.cause };
  let obsolete: (string | undefined)[];
  try {
    obsolete = s3.index.transaction(() => {
      const replaced = s3.index.put(stored, options.conditions ?? {}, s3.notifications.announce(event));
      return [replaced, ...(options.also?.() ?? [])];
    });
  } catch (cause) {
    await s3.blobs.delete(stored.blob);
    throw isDiskFull(cause) ? new DiskFull(cause) : cause;
  }
  s3.notifications.wake();
  await s3.blobs.delete(...obsolete);
  return stored;
}

/** Removes an object, if it exists, in one transaction with its notifications. */
export async function removeObject(
  s3: S3,
  bucket: string,
  key: string,
  cause: Cause,
  eventName = "ObjectRemoved:Delete",
): Promise<void> {
  const event: ObjectEvent = { name: eventName, bucket, key, time: forwardNow(), ...cause };
  const blob = s3.index.transaction(() => s3.index.delete(bucket, key, s3.notifications.announce(event)));
  s3.notifications.wake();
  await s3.blobs.delete(blob);
}
