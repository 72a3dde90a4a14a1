import { LambdaClient } from "@aws-sdk/client-lambda";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { sweepRules } from "../pipeline/sweep/rules.ts";
import { createEndedConversions } from "../pipeline/conversion/ended-conversions.ts";
import { createConversionQueue } from "../pipeline/conversion/queue.ts";
import { openDetectors } from "../pipeline/detectors/open-detectors.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { noteMissedRecordings, type MissedRecordingsDeps } from "../pipeline/sweep/missed-recordings.ts";
import { openCatalogue } from "../pipeline/runtime/open-catalogue.ts";
import { listSetting, setting } from "../pipeline/runtime/settings.ts";
import { createSearchQueue, type SearchQueue } from "../pipeline/search/queue.ts";
import { redriveStuckRecordings, type StuckRecordingsDeps } from "../pipeline/sweep/stuck-recordings.ts";

/** What the handler works with. */
export interface SweepRecordingsDeps extends MissedRecordingsDeps, StuckRecordingsDeps {
  /** Channel ids. */
  channels: readonly string[];
  searchQueue: SearchQueue;
}

/**
 * Finds what got lost on the way from the archive to the clips, and sends it on: recordings that no event announced,
 * and those that wait for an event that never came. Wakes the searches of the archive that still run, too. Doing it
 * again, or twice at once, changes nothing more. It ends with one line that counts; when something could not be looked
 * at it fails after that, and the next sweep looks again.
 */
export function createHandler(deps: SweepRecordingsDeps): () => Promise<void> {
  return async () => {
    const counts: Record<string, number> = {};
    const failures: unknown[] = [];
    for (const channel of deps.channels) {
      for (const part of [noteMissedRecordings, redriveStuckRecordings]) {
        try {
          const { failures: own, ...found } = await part(deps, channel);
          failures.push(...own);
          for (const [name, count] of Object.entries(found)) counts[name] = (counts[name] ?? 0) + count;
        } catch (error) {
          deps.log.about(undefined);
          deps.log.warn("sweep-postponed", error, { channel });
          failures.push(error);
        }
      }
    }
    try {
      const searches = await deps.catalogue.searches.running();
      if (searches.length > 0) await deps.searchQueue.wake();
      counts["searches"] = searches.length;
    } catch (error) {
      deps.log.warn("sweep-postponed", error);
      failures.push(error);
    }
    deps.log.info("swept", { channels: deps.channels.length, ...counts, failures: failures.length });
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} parts of the sweep could not be done`);
  };
}

/** Lambda entry point: EventBridge rule by time. */
export const handler = entryPoint("sweep-recordings", (log) => {
  const catalogue = openCatalogue();
  const sqs = new SQSClient();
  return createHandler({
    catalogue,
    s3: new S3Client(),
    mediaConvert: new MediaConvertClient(),
    detectors: openDetectors(catalogue),
    lambda: new LambdaClient(),
    queue: createConversionQueue({ client: sqs, url: setting("CONVERT_QUEUE_URL") }),
    endedConversions: createEndedConversions({ client: sqs, url: setting("ENDED_CONVERSIONS_QUEUE_URL") }),
    searchQueue: createSearchQueue({ client: sqs, url: setting("SEARCHES_QUEUE_URL") }),
    archiveBucket: setting("ARCHIVE_BUCKET"),
    indexClips: setting("INDEX_CLIPS_FUNCTION"),
    channels: listSetting("CHANNEL_IDS"),
    rules: sweepRules,
    now: Date.now,
    log,
  });
});
