import { AwsError } from "../errors.ts";

export interface BatchFailure {
  Id: string;
  SenderFault: boolean;
  Code: string;
  Message: string;
}

export interface BatchResult<Success> {
  Successful: Success[];
  Failed: BatchFailure[];
}

/** Checks a batch as SQS does for all batch actions, then runs each entry; a bad entry does not fail the others. */
export function runBatch<Entry extends { Id?: string }, Success>(
  entries: readonly Entry[] | undefined,
  run: (entry: Entry, id: string) => Success,
): BatchResult<Success> {
  const given = checkEntries(entries);
  const result: BatchResult<Success> = { Successful: [], Failed: [] };
  for (const [id, entry] of given) {
    try {
      result.Successful.push(run(entry, id));
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      result.Failed.push({ Id: id, SenderFault: cause.status < 500, Code: cause.code, Message: cause.message });
    }
  }
  return result;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export function checkEntries<Entry extends { Id?: string }>(entries: readonly Entry[] | undefined): Map<string, Entry> {
  if (entries === undefined || entries.length === 0)
    throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > 10)
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  const byId = new Map<string, Entry>();
  for (const entry of entries) {
    const id = entry.Id ?? "";
    if (!/^[\w-]{1,80}$/.test(id))
      throw new AwsError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can " +
          "be at most 80 letters long.",
      );
    if (byId.has(id)) throw new AwsError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);
    byId.set(id, entry);
  }
  return byId;
}
