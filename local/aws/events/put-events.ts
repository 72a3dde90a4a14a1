import type { Cloud } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import type { OperationContext } from "../protocols/json.ts";
import type { Bus } from "./bus.ts";
import { busName } from "./rules.ts";

interface Entry {
  /** Epoch seconds. */
  Time?: number;
  Source?: string;
  Resources?: string[];
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
}

type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

/**
 * Maximum bytes of all entries of a call, and entries per call:
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
const maxBytes = 1_048_576;
const maxEntries = 10;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export function putEvents(cloud: Cloud, bus: Bus) {
  return (
    { Entries = [] }: { Entries?: Entry[] },
    { principal }: OperationContext,
  ): { FailedEntryCount: number; Entries: EntryResult[] } => {
    const arnOf = (name: string): string => `arn:aws:events:${cloud.region}:${cloud.accountId}:event-bus/${name}`;
    if (Entries.length === 0 || Entries.length > maxEntries) {
      throw new AwsError(
        "ValidationException",
        "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must " +
          `have length less than or equal to ${maxEntries} and greater than or equal to 1`,
      );
    }
    for (const name of new Set(Entries.map((entry) => busName(entry.EventBusName))))
      cloud.iam.authorize(principal, "events:PutEvents", arnOf(name));
    const size = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (size > maxBytes)
      throw new AwsError(
        "ValidationException",
        `Total size of the entries in the request is over the limit (${size} of ${maxBytes} bytes).`,
      );
    const results = Entries.map((entry): EntryResult => {
      const problem = problemOf(entry, bus.names);
      if (problem !== undefined) return problem;
      const event = bus.put(
        {
          source: entry.Source ?? "",
          "detail-type": entry.DetailType ?? "",
          detail: JSON.parse(entry.Detail ?? ""),
          ...(entry.Resources === undefined ? {} : { resources: entry.Resources }),
          ...(entry.Time === undefined ? {} : { time: `${new Date(entry.Time * 1000).toISOString().slice(0, 19)}Z` }),
        },
        busName(entry.EventBusName),
      );
      return { EventId: event.id };
    });
    return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
  };
}

function problemOf(entry: Entry, buses: ReadonlySet<string>): EntryResult | undefined {
  const invalid = (name: string): EntryResult => ({
    ErrorCode: "InvalidArgument",
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
  });
  if (entry.Source === undefined || entry.Source === "") return invalid("Source");
  if (entry.DetailType === undefined || entry.DetailType === "") return invalid("DetailType");
  if (entry.Detail === undefined || entry.Detail === "") return invalid("Detail");
  if (entry.Source.startsWith("aws."))
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  if (!isJsonObject(entry.Detail)) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  // AWS silently drops an event for a bus that does not exist. Here it is an error, which is easier to debug.
  const name = busName(entry.EventBusName);
  if (!buses.has(name))
    return { ErrorCode: "ResourceNotFoundException", ErrorMessage: `Event bus ${name} does not exist.` };
  return undefined;
}

function isJsonObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function sizeOf(entry: Entry): number {
  const texts = [entry.Source ?? "", entry.DetailType ?? "", entry.Detail ?? "", ...(entry.Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), entry.Time === undefined ? 0 : 14);
}
