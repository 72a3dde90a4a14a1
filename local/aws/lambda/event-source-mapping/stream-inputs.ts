import type { Properties } from "../../../engine/provider.ts";
import { AwsError } from "../../errors.ts";
import { parseEventPattern } from "../../events/pattern.ts";
import { block, blocks, flag, maybeText, properties, text, whole } from "../../support/inputs.ts";
import type { MappingConfiguration } from "./mapping.ts";
import type { StreamMappingConfiguration } from "./stream-mapping.ts";

/**
 * A mapping's settings that only streams have, checked as AWS checks them.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
export function streamMapping(
  common: Omit<MappingConfiguration, "batchSize">,
  inputs: Properties,
): StreamMappingConfiguration {
  const startingPosition = text(inputs, "startingPosition");
  if (startingPosition !== "TRIM_HORIZON" && startingPosition !== "LATEST")
    throw new AwsError(
      "InvalidParameterValueException",
      `The starting position ${startingPosition} is not TRIM_HORIZON or LATEST, as a DynamoDB stream needs.`,
    );
  const retries = whole(inputs, "maximumRetryAttempts", { fallback: -1, min: -1, max: 10_000 });
  const ageSeconds = whole(inputs, "maximumRecordAgeInSeconds", { fallback: -1, min: -1, max: 604_800 });
  if (ageSeconds >= 0 && ageSeconds < 60)
    throw new AwsError("InvalidParameterValueException", "MaximumRecordAgeInSeconds must be -1 or at least 60.");
  const filters = blocks(block(inputs, "filterCriteria", ["filters"]) ?? {}, "filters", ["pattern"]);
  if (filters.length > 5) throw new AwsError("InvalidParameterValueException", "A mapping has at most five filters.");
  return {
    ...common,
    batchSize: whole(inputs, "batchSize", { fallback: 100, min: 1, max: 10_000 }),
    startingPosition,
    bisectBatchOnFunctionError: flag(inputs, "bisectBatchOnFunctionError", false),
    maximumRetryAttempts: retries === -1 ? Infinity : retries,
    maximumRecordAgeSeconds: ageSeconds === -1 ? Infinity : ageSeconds,
    filters: filters.map((filter) => parseEventPattern(text(filter, "pattern"))),
    onFailureArn: onFailureOf(inputs),
  };
}

function onFailureOf(inputs: Properties): string | undefined {
  const destination = block(inputs, "destinationConfig", ["onFailure"]);
  const arn = maybeText(properties(destination?.["onFailure"]) ?? {}, "destinationArn");
  if (arn !== undefined && !arn.startsWith("arn:aws:sqs:"))
    throw new AwsError(
      "NotImplemented",
      `The local engine tells queues of records that were given up, not ${arn}.`,
      501,
    );
  return arn;
}
