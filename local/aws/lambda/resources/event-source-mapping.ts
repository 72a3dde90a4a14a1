import type { ResourceProvider } from "../../../engine/provider.ts";
import type { Cloud } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import { block, flag, maybeNumber, text, texts, whole } from "../../support/inputs.ts";
import type { QueueService } from "../../sqs/queue-service.ts";
import { createMapping, type Mapping } from "../event-source-mapping.ts";
import type { Registry } from "../registry.ts";

/** `aws.lambda.EventSourceMapping` from an SQS queue. Other sources are rejected. */
export function eventSourceMappingProvider(
  cloud: Cloud,
  registry: Registry,
  mappings: Map<string, Mapping>,
  options: { queues: QueueService; problemRetryMs: number },
): ResourceProvider {
  return {
    type: "aws:lambda/eventSourceMapping:EventSourceMapping",
    honoured: [
      "batchSize",
      "enabled",
      "eventSourceArn",
      "functionName",
      "functionResponseTypes",
      "maximumBatchingWindowInSeconds",
      "scalingConfig",
    ],
    ignored: ["metricsConfig", "region", "tags"],
    replaceOnChanges: ["eventSourceArn"],
    async apply({ inputs, prior }) {
      const queueArn = text(inputs, "eventSourceArn");
      if (!queueArn.startsWith("arn:aws:sqs:"))
        throw new AwsError(
          "NotImplemented",
          `The local engine maps SQS queues to functions only, not ${queueArn}.`,
          501,
        );
      const fn = registry.get(text(inputs, "functionName"));
      const visibility = options.queues.visibilityTimeoutSeconds(queueArn);
      if (visibility < fn.configuration.timeoutSeconds) {
        throw new AwsError(
          "InvalidParameterValueException",
          `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ` +
            `${fn.configuration.timeoutSeconds} seconds`,
        );
      }
      const batchSize = whole(inputs, "batchSize", { fallback: 10, min: 1, max: 10_000 });
      const batchingWindowSeconds = whole(inputs, "maximumBatchingWindowInSeconds", { fallback: 0, min: 0, max: 300 });
      if (batchSize > 10 && batchingWindowSeconds === 0)
        throw new AwsError(
          "InvalidParameterValueException",
          "MaximumBatchingWindowInSeconds must be at least 1 when BatchSize is greater than 10.",
        );
      const responseTypes = texts(inputs, "functionResponseTypes");
      const unknown = responseTypes.find((type) => type !== "ReportBatchItemFailures");
      if (unknown !== undefined)
        throw new AwsError(
          "InvalidParameterValueException",
          `The function response type ${unknown} is not ReportBatchItemFailures.`,
        );
      const uuid = prior?.id ?? crypto.randomUUID();
      const scaling = block(inputs, "scalingConfig", ["maximumConcurrency"]) ?? {};
      // AWS accepts 2 to 1000.
      const maximumConcurrency =
        maybeNumber(scaling, "maximumConcurrency") === undefined
          ? undefined
          : whole(scaling, "maximumConcurrency", { fallback: 2, min: 2, max: 1000 });
      await mappings.get(uuid)?.stop();
      mappings.set(
        uuid,
        createMapping(
          cloud,
          registry,
          options.queues,
          {
            uuid,
            queueArn,
            functionName: fn.configuration.name,
            enabled: flag(inputs, "enabled", true),
            batchSize,
            batchingWindowSeconds,
            reportBatchItemFailures: responseTypes.includes("ReportBatchItemFailures"),
            maximumConcurrency,
          },
          options,
        ),
      );
      return {
        id: uuid,
        outputs: {
          uuid,
          arn: `arn:aws:lambda:${cloud.region}:${cloud.accountId}:event-source-mapping:${uuid}`,
          functionArn: fn.configuration.arn,
          state: "Enabled",
          stateTransitionReason: "USER_INITIATED",
        },
      };
    },
    async remove(state) {
      await mappings.get(state.id)?.stop();
      mappings.delete(state.id);
    },
  };
}
