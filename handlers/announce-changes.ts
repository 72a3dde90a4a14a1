import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { storedIn } from "../catalogue/changes.ts";
import { changeOf, type Change } from "../domain/changes.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { setting } from "../pipeline/runtime/settings.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";

/**
 * The parts of a record of a table's stream that are read.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
 */
export interface StreamRecord {
  eventID: string;
  dynamodb: {
    /** Epoch seconds. */
    ApproximateCreationDateTime: number;
    Keys: Record<string, AttributeValue>;
    NewImage?: Record<string, AttributeValue>;
    OldImage?: Record<string, AttributeValue>;
    SequenceNumber: string;
  };
  /** Whoever is not a user of the table: DynamoDB itself, which removes expired items. */
  userIdentity?: { type: string; principalId: string };
}

/**
 * The first record that failed; Lambda sends it and those after it again.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export interface StreamBatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** What the handler works with. */
export interface AnnounceChangesDeps {
  events: Pick<EventBridgeClient, "send">;
  /** Name of the bus. */
  bus: string;
  log: StepLog;
}

/** As many entries does a call take: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const entriesAtMost = 10;

/** What was written to the catalogue's table: told on the event bus, as far as it concerns users. */
export function createHandler({
  events,
  bus,
  log,
}: AnnounceChangesDeps): (event: { Records: StreamRecord[] }) => Promise<StreamBatchResponse> {
  /** Puts changes on the bus, in order. Answers the first that it did not take. */
  async function announce(told: readonly Told[]): Promise<Failure | undefined> {
    for (let first = 0; first < told.length; first += entriesAtMost) {
      const batch = told.slice(first, first + entriesAtMost);
      try {
        const { Entries: results = [] } = await events.send(
          new PutEventsCommand({
            // A call takes 1 MB; ten of these are under 10 KB.
            Entries: batch.map(({ change }) => ({
              EventBusName: bus,
              Source: "spotlight",
              DetailType: change.type,
              Time: new Date(change.at),
              Detail: JSON.stringify(change),
            })),
          }),
        );
        // Those after it may have been taken. They are told again, with the same ids.
        const at = results.findIndex((result) => result.ErrorCode !== undefined);
        if (at !== -1) {
          const { ErrorCode: code = "", ErrorMessage: message = "" } = results[at]!;
          return { record: batch[at]!.record, cause: new Error(`The event bus answered ${code}: ${message}`) };
        }
      } catch (cause) {
        return { record: batch[0]!.record, cause };
      }
    }
    return undefined;
  }

  return async ({ Records: records }) => {
    const { told, failure: unread } = read(records);
    const failure = (await announce(told)) ?? unread;
    if (failure === undefined) return { batchItemFailures: [] };
    const { eventID, dynamodb } = failure.record;
    // As the first of its batch, it fails the batch: Lambda halves it until this record is alone, and gives up only it.
    if (failure.record === records[0])
      throw new Error(`The change ${eventID} could not be announced`, { cause: failure.cause });
    log.warn("changes-postponed", failure.cause, { record: eventID });
    return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] };
  };
}

interface Told {
  record: StreamRecord;
  change: Change;
}

/** The first record that could not be told, and why. */
interface Failure {
  record: StreamRecord;
  cause: unknown;
}

/** What the records mean, up to the first that can't be read. */
function read(records: readonly StreamRecord[]): { told: Told[]; failure?: Failure } {
  const told: Told[] = [];
  for (const record of records) {
    try {
      const change = changeIn(record);
      if (change !== undefined) told.push({ record, change });
    } catch (cause) {
      return { told, failure: { record, cause } };
    }
  }
  return { told };
}

function changeIn({ eventID: id, dynamodb, userIdentity }: StreamRecord): Change | undefined {
  // An expired item counted as gone when it expired. DynamoDB removes it up to days later, which nobody sees:
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
  if (userIdentity?.principalId === "dynamodb.amazonaws.com") return undefined;
  const { pk, sk } = unmarshall(dynamodb.Keys);
  const stored = (image: Record<string, AttributeValue> | undefined) =>
    storedIn({ pk: String(pk), sk: String(sk) }, image && unmarshall(image));
  const at = new Date(dynamodb.ApproximateCreationDateTime * 1000).toISOString();
  return changeOf({ id, at, before: stored(dynamodb.OldImage), after: stored(dynamodb.NewImage) });
}

/** Lambda entry point: the stream of the catalogue's table. */
export const handler = entryPoint("announce-changes", (log) =>
  createHandler({ events: new EventBridgeClient(), bus: setting("CHANGES_BUS"), log }),
);
