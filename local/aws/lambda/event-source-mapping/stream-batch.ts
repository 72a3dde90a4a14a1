import type { StreamRecord } from "../../dynamodb/streams/record.ts";
import type { InvocationResult } from "../sandbox.ts";

/** The records from the first on that fit into one event of 6 MB; at least one. */
export function fitting(records: readonly StreamRecord[], maxBytes = 6 * 1024 * 1024): readonly StreamRecord[] {
  let bytes = 0;
  const over = records.findIndex((record) => (bytes += Buffer.byteLength(JSON.stringify(record)) + 1) > maxBytes);
  return over === -1 ? records : records.slice(0, Math.max(1, over));
}

/**
 * How many records of the batch, from the first on, the function is done with: all before the lowest sequence number
 * that it reports as failed. An invalid response fails the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function doneBefore(
  batch: readonly StreamRecord[],
  { payload, error }: Pick<InvocationResult, "payload" | "error">,
  reportsFailures: boolean,
): number {
  if (error !== undefined) return 0;
  if (!reportsFailures) return batch.length;
  const response: unknown = JSON.parse(payload);
  if (response === null || response === "") return batch.length;
  if (typeof response !== "object") return 0;
  if (!("batchItemFailures" in response)) return Object.keys(response).length === 0 ? batch.length : 0;
  const failures: unknown = response.batchItemFailures;
  if (failures === null) return batch.length;
  if (!Array.isArray(failures)) return 0;
  const failed = failures.map((failure: unknown) => {
    const id: unknown =
      typeof failure === "object" && failure !== null && "itemIdentifier" in failure
        ? failure.itemIdentifier
        : undefined;
    return batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === id);
  });
  return failed.includes(-1) ? 0 : Math.min(batch.length, ...failed);
}

/**
 * What the destination for failures hears of a batch: where it is in the stream, not what it holds.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function discardedBatch(
  records: readonly StreamRecord[],
  {
    functionArn,
    condition,
    invocations,
    result,
  }: { functionArn: string; condition: string; invocations: number; result: Pick<InvocationResult, "error"> },
): Record<string, unknown> {
  const [first, last] = [records[0]!, records.at(-1)!];
  const arrival = ({ dynamodb }: StreamRecord): string =>
    new Date(dynamodb.ApproximateCreationDateTime * 1000).toISOString().replace(".000Z", "Z");
  return {
    requestContext: { requestId: crypto.randomUUID(), functionArn, condition, approximateInvokeCount: invocations },
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      ...(result.error !== undefined && { functionError: "Unhandled" }),
    },
    version: "1.0",
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: "shardId-00000000000000000000-00000000",
      startSequenceNumber: first.dynamodb.SequenceNumber,
      endSequenceNumber: last.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn: first.eventSourceARN,
    },
  };
}
