import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

/** An item as on the wire: attribute values with their types. */
export type Image = Record<string, unknown>;

/**
 * Who made a change that no user of the table made:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
 */
export interface UserIdentity {
  type: "Service";
  principalId: "dynamodb.amazonaws.com";
}

/** A record as Lambda hands it over: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export interface StreamRecord {
  eventID: string;
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  eventVersion: "1.1";
  eventSource: "aws:dynamodb";
  awsRegion: string;
  dynamodb: {
    /** Epoch seconds. */
    ApproximateCreationDateTime: number;
    Keys: Image;
    NewImage?: Image;
    OldImage?: Image;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: "NEW_AND_OLD_IMAGES";
  };
  eventSourceARN: string;
  userIdentity?: UserIdentity;
}

/** One write of an item. */
export interface ItemWrite {
  streamArn: string;
  /** Names of the table's key attributes. */
  keyNames: readonly string[];
  before: Image | undefined;
  after: Image | undefined;
  sequenceNumber: string;
  atMs: number;
  userIdentity: UserIdentity | undefined;
}

/** The record of a write; undefined when it changed nothing, of which a stream says nothing. */
export function streamRecord(write: ItemWrite): StreamRecord | undefined {
  const { streamArn, keyNames, sequenceNumber, atMs, userIdentity } = write;
  const [before, after] = [plain(write.before), plain(write.after)];
  const item = after ?? before;
  if (item === undefined || isDeepStrictEqual(before, after)) return undefined;
  const keys = Object.fromEntries(keyNames.map((name) => [name, item[name]]));
  return {
    eventID: createHash("md5").update(`${streamArn} ${sequenceNumber}`).digest("hex"),
    eventName: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: streamArn.split(":")[3] ?? "",
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(atMs / 1000),
      Keys: keys,
      ...(after !== undefined && { NewImage: after }),
      ...(before !== undefined && { OldImage: before }),
      SequenceNumber: sequenceNumber,
      SizeBytes: [keys, before, after].reduce<number>(
        (sum, image) => sum + (image === undefined ? 0 : Buffer.byteLength(JSON.stringify(image))),
        0,
      ),
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
    eventSourceARN: streamArn,
    ...(userIdentity !== undefined && { userIdentity }),
  };
}

/** The engine's items have no prototype, which no stored item has after it is read. */
function plain(image: Image | undefined): Image | undefined {
  return image === undefined ? undefined : (JSON.parse(JSON.stringify(image)) as Image);
}
