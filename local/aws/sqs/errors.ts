import { AwsError } from "../errors.ts";

export function invalidValue(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}

export function missingParameter(name: string): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${name}.`);
}

/** These had a prefix in SQS's former query protocol, which the SDK still reports as `Error.Code`. */
const prefixed = new Set([
  "BatchEntryIdsNotDistinct",
  "BatchRequestTooLong",
  "EmptyBatchRequest",
  "InvalidBatchEntryId",
  "MessageNotInflight",
  "PurgeQueueInProgress",
  "TooManyEntriesInBatchRequest",
  "UnsupportedOperation",
]);

/** Value of `x-amzn-query-error`: the error's former name and whose fault it is. */
export function queryError(error: AwsError): string {
  const code =
    error.code === "QueueDoesNotExist"
      ? "AWS.SimpleQueueService.NonExistentQueue"
      : prefixed.has(error.code)
        ? `AWS.SimpleQueueService.${error.code}`
        : error.code;
  return `${code};${error.status < 500 ? "Sender" : "Receiver"}`;
}
