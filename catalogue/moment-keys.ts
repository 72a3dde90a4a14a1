import { clipPosition, formatNumber, type ClipName } from "../domain/ids.ts";
import type { Key } from "./table.ts";

/** The partition with everything about one subject in one broadcast. */
export function momentsPartition(channel: string, broadcast: string, subject: string): string {
  return `MOMENTS#${channel}.${broadcast}.${subject}`;
}

/** The key of a clip's row. */
export function clipKey(name: ClipName): Key {
  return { pk: momentsPartition(name.channel, name.broadcast, name.subject), sk: `CLIP#${clipPosition(name)}` };
}

/** The key of what was decided about a clip. */
export function decisionKey(name: ClipName): Key {
  return { pk: momentsPartition(name.channel, name.broadcast, name.subject), sk: `DECISION#${clipPosition(name)}` };
}

/** The sort key of what was seen of the subject in one recording. */
export function appearancesSort(number: number): string {
  return `APPEARANCES#${formatNumber(number)}`;
}

/** The key of how many of one subject's moments an editor gave to another, in the other's partition. */
export function givenKey(name: { channel: string; broadcast: string }, from: string, to: string): Key {
  return { pk: momentsPartition(name.channel, name.broadcast, to), sk: `GIVEN#${from}` };
}
