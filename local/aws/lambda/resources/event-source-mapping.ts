import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import type { Cloud } from "../../cloud.ts";
import type { StreamService } from "../../dynamodb/streams/stream-service.ts";
import { AwsError } from "../../errors.ts";
import type { QueueService } from "../../sqs/queue-service.ts";
import { flag, text, texts, whole } from "../../support/inputs.ts";
import type { Mapping } from "../event-source-mapping/mapping.ts";
import { queueMapping } from "../event-source-mapping/queue-inputs.ts";
import { createQueueMapping } from "../event-source-mapping/queue-mapping.ts";
import { streamMapping } from "../event-source-mapping/stream-inputs.ts";
import { createStreamMapping } from "../event-source-mapping/stream-mapping.ts";
import type { Registry } from "../registry.ts";

export interface MappingOptions {
  queues: QueueService;
  streams: StreamService;
  problemRetryMs: number;
  retryDelayMs: number;
}

/** What only one kind of source has. */
const ofQueues = ["scalingConfig"];
const ofStreams = [
  "bisectBatchOnFunctionError",
  "destinationConfig",
  "filterCriteria",
  "maximumRecordAgeInSeconds",
  "maximumRetryAttempts",
  "startingPosition",
];

/** `aws.lambda.EventSourceMapping` from an SQS queue or a DynamoDB stream. Other sources are rejected. */
export function eventSourceMappingProvider(
  cloud: Cloud,
  registry: Registry,
  mappings: Map<string, Mapping>,
  options: MappingOptions,
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
      ...ofQueues,
      ...ofStreams,
    ],
    ignored: ["metricsConfig", "region", "tags"],
    replaceOnChanges: ["eventSourceArn", "startingPosition"],
    async apply({ inputs, prior }) {
      const sourceArn = text(inputs, "eventSourceArn");
      const fn = registry.get(text(inputs, "functionName"));
      const responseTypes = texts(inputs, "functionResponseTypes");
      const unknown = responseTypes.find((type) => type !== "ReportBatchItemFailures");
      if (unknown !== undefined)
        throw new AwsError(
          "InvalidParameterValueException",
          `The function response type ${unknown} is not ReportBatchItemFailures.`,
        );
      const common = {
        uuid: prior?.id ?? crypto.randomUUID(),
        sourceArn,
        functionName: fn.configuration.name,
        enabled: flag(inputs, "enabled", true),
        batchingWindowSeconds: whole(inputs, "maximumBatchingWindowInSeconds", { fallback: 0, min: 0, max: 300 }),
        reportBatchItemFailures: responseTypes.includes("ReportBatchItemFailures"),
      };
      let mapping: Mapping;
      if (sourceArn.startsWith("arn:aws:sqs:")) {
        refuse(inputs, ofStreams, sourceArn);
        const configuration = queueMapping(common, inputs, fn, options.queues);
        mapping = createQueueMapping(cloud, registry, options.queues, configuration, options);
      } else if (/^arn:aws:dynamodb:.*\/stream\//.test(sourceArn)) {
        refuse(inputs, ofQueues, sourceArn);
        const configuration = streamMapping(common, inputs);
        await options.streams.open(sourceArn, common.uuid, configuration.startingPosition);
        mapping = createStreamMapping(cloud, registry, options.streams, configuration, options);
      } else
        throw new AwsError(
          "NotImplemented",
          `The local engine maps SQS queues and DynamoDB streams to functions only, not ${sourceArn}.`,
          501,
        );
      await mappings.get(common.uuid)?.stop();
      mappings.set(common.uuid, mapping);
      return {
        id: common.uuid,
        outputs: {
          uuid: common.uuid,
          arn: `arn:aws:lambda:${cloud.region}:${cloud.accountId}:event-source-mapping:${common.uuid}`,
          functionArn: fn.configuration.arn,
          state: "Enabled",
          stateTransitionReason: "USER_INITIATED",
        },
      };
    },
    async remove(state) {
      const mapping = mappings.get(state.id);
      await mapping?.stop();
      await mapping?.forget?.();
      mappings.delete(state.id);
    },
  };
}

function refuse(inputs: Properties, names: readonly string[], sourceArn: string): void {
  const given = names.find((name) => inputs[name] !== undefined);
  if (given !== undefined)
    throw new AwsError("InvalidParameterValueException", `${given} can't be set for the source ${sourceArn}.`);
}
