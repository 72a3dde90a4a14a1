import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { openDetectors } from "../pipeline/detectors/open-detectors.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { fieldsOf } from "../pipeline/runtime/event.ts";
import { openCatalogue } from "../pipeline/runtime/open-catalogue.ts";
import { clipRulesSetting } from "../pipeline/runtime/clip-rules-setting.ts";
import { numberSetting, setting } from "../pipeline/runtime/settings.ts";
import type { SqsBatchResponse, SqsEvent } from "../pipeline/runtime/sqs-batch.ts";
import { advanceSearches, type AdvanceSearchesDeps } from "../pipeline/search/advance-searches.ts";
import { createSearchQueue } from "../pipeline/search/queue.ts";

/**
 * Something happened that searches of the archive may wait for: one was started, a job ended, or the sweeper came by.
 * The messages of a batch all say the same, so one round answers them; one that could not do everything (Rekognition
 * refuses jobs beyond its limit) keeps one of them for another round.
 */
export function createHandler(deps: AdvanceSearchesDeps): (event: SqsEvent) => Promise<SqsBatchResponse> {
  return async (event) => {
    try {
      await advanceSearches(deps);
      return { batchItemFailures: [] };
    } catch (error) {
      deps.log.warn("searches-postponed", error);
      const [first] = fieldsOf(event).list("Records");
      return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first.text("messageId") }] };
    }
  };
}

/** Lambda entry point: the queue that wakes searches. */
export const handler = entryPoint("advance-searches", (log) => {
  const catalogue = openCatalogue();
  return createHandler({
    catalogue,
    detectors: openDetectors(catalogue),
    s3: new S3Client(),
    queue: createSearchQueue({ client: new SQSClient(), url: setting("SEARCHES_QUEUE_URL") }),
    vodBucket: setting("VOD_BUCKET"),
    topicArn: setting("RECOGNITION_TOPIC_ARN"),
    roleArn: setting("RECOGNITION_ROLE_ARN"),
    rules: clipRulesSetting(),
    similarityThreshold: numberSetting("SIMILARITY_THRESHOLD", { min: 0, max: 100 }),
    log,
  });
});
