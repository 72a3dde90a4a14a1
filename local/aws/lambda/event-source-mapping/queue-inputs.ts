import type { Properties } from "../../../engine/provider.ts";
import { AwsError } from "../../errors.ts";
import type { QueueService } from "../../sqs/queue-service.ts";
import { block, maybeNumber, whole } from "../../support/inputs.ts";
import type { LambdaFunction } from "../registry.ts";
import type { MappingConfiguration } from "./mapping.ts";
import type { QueueMappingConfiguration } from "./queue-mapping.ts";

/** A mapping's settings that only queues have, checked as AWS checks them. */
export function queueMapping(
  common: Omit<MappingConfiguration, "batchSize">,
  inputs: Properties,
  fn: LambdaFunction,
  queues: QueueService,
): QueueMappingConfiguration {
  const visibility = queues.visibilityTimeoutSeconds(common.sourceArn);
  if (visibility < fn.configuration.timeoutSeconds) {
    throw new AwsError(
      "InvalidParameterValueException",
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ` +
        `${fn.configuration.timeoutSeconds} seconds`,
    );
  }
  const batchSize = whole(inputs, "batchSize", { fallback: 10, min: 1, max: 10_000 });
  if (batchSize > 10 && common.batchingWindowSeconds === 0)
    throw new AwsError(
      "InvalidParameterValueException",
      "MaximumBatchingWindowInSeconds must be at least 1 when BatchSize is greater than 10.",
    );
  const scaling = block(inputs, "scalingConfig", ["maximumConcurrency"]) ?? {};
  // AWS accepts 2 to 1000.
  const maximumConcurrency =
    maybeNumber(scaling, "maximumConcurrency") === undefined
      ? undefined
      : whole(scaling, "maximumConcurrency", { fallback: 2, min: 2, max: 1000 });
  return { ...common, batchSize, maximumConcurrency };
}
