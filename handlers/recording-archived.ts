import { SQSClient } from "@aws-sdk/client-sqs";
import type { Catalogue } from "../catalogue/index.ts";
import { ArchiveKeyError, decodeNotificationKey, parseArchiveKey } from "../domain/archive-key.ts";
import { recordingId, type RecordingName } from "../domain/ids.ts";
import { clearedWithinMs } from "../domain/no-input.ts";
import { isStandby } from "../domain/standby.ts";
import { createConversionQueue, type ConversionQueue } from "../pipeline/conversion/queue.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { fieldsOf, type Fields } from "../pipeline/runtime/event.ts";
import { openCatalogue } from "../pipeline/runtime/open-catalogue.ts";
import { setting } from "../pipeline/runtime/settings.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";

/**
 * The parts of S3's notification of created objects that are read.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export interface S3NotificationEvent {
  Records: {
    eventName: string;
    /** ISO 8601. */
    eventTime: string;
    s3: { bucket: { name: string }; object: { key: string; size?: number } };
  }[];
}

/** What the handler works with. */
export interface RecordingArchivedDeps {
  catalogue: Catalogue;
  queue: ConversionQueue;
  log: StepLog;
}

/**
 * The archive has a new piece of a broadcast: it gets its row in the catalogue, and its place in the conversion queue.
 * The same event again finds the row and, if the recording got no further, queues it again, which changes nothing
 * either.
 */
export function createHandler({
  catalogue,
  queue,
  log,
}: RecordingArchivedDeps): (event: S3NotificationEvent) => Promise<void> {
  async function archive(record: Fields): Promise<void> {
    const { bucket, key } = objectOf(record);
    const name = parseArchiveKey(key);
    const id = recordingId(name);
    log.about(id);
    const archivedAt = new Date(record.text("eventTime")).toISOString();
    await catalogue.channels.sawBroadcast(name.channel, name.broadcast);
    // A pipeline archives nothing before its first input.
    await catalogue.channels.sawInput(name.channel, archivedAt);
    const recording = await catalogue.recordings.archived({ ...name, id, bucket, key, archivedAt });
    if (recording?.state !== "archived") {
      log.info("recording-known", { state: recording?.state ?? "deleted" });
      return;
    }
    const delaySeconds = (await mayBeIdle(name)) ? clearedWithinMs / 1000 : undefined;
    await queue.add(recording, delaySeconds);
    log.info("recording-archived", { key, delaySeconds });
  }

  /**
   * Whether it may lie wholly in a time without input, or show what the first pipeline shows, too. Then its turn comes
   * once that is certain: the event that tells may be on its way.
   */
  async function mayBeIdle(name: RecordingName): Promise<boolean> {
    if (isStandby(name.number)) return true;
    // The first one begins with a picture: before that, MediaLive produces nothing.
    if (name.number === 0) return false;
    const noInput = await catalogue.channels.noInput(name.channel, "0");
    if (noInput === undefined || noInput.toMs !== undefined) return false;
    const previous = await catalogue.recordings.get(recordingId({ ...name, number: name.number - 1 }));
    return previous === undefined || Date.parse(previous.archivedAt) >= noInput.fromMs;
  }

  return async (event) => {
    const failures: unknown[] = [];
    for (const record of fieldsOf(event).list("Records")) {
      log.about(undefined);
      try {
        await archive(record);
      } catch (error) {
        const key = keyTextOf(record);
        // A key that no channel wrote stays one, however often the event comes; anything else may pass.
        if (error instanceof ArchiveKeyError) {
          log.error("recording-refused", error, { key });
        } else {
          log.warn("recording-postponed", error, { key });
          failures.push(error);
        }
      }
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} of the event's records could not be noted`);
  };
}

function objectOf(record: Fields): { bucket: string; key: string } {
  const s3 = record.fields("s3");
  return { bucket: s3.fields("bucket").text("name"), key: decodeNotificationKey(s3.fields("object").text("key")) };
}

function keyTextOf(record: Fields): string | undefined {
  try {
    return record.fields("s3").fields("object").optionalText("key");
  } catch {
    return undefined;
  }
}

/** Lambda entry point: S3 notification of the archive bucket. */
export const handler = entryPoint("recording-archived", (log) =>
  createHandler({
    catalogue: openCatalogue(),
    queue: createConversionQueue({ client: new SQSClient(), url: setting("CONVERT_QUEUE_URL") }),
    log,
  }),
);
