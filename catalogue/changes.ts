import type { Stored } from "../domain/changes.ts";
import { channelOf } from "./channels.ts";
import { exportOf } from "./exports.ts";
import { number, optionalText, text, type Item } from "./item.ts";
import { peopleOf } from "./merged-people.ts";
import { clipOf, subjectOf } from "./moment-items.ts";
import { isDeleted, recordingOf } from "./recording-items.ts";
import { announcedItems } from "./schema.ts";
import type { Key } from "./table.ts";
import { subjectKind } from "../domain/ids.ts";

/**
 * What an item holds of which others are told; undefined when it holds something else. `item` is the item with this
 * key before or after it was written, undefined when there was none. Throws `TypeError` when it is not as the catalogue
 * writes it.
 */
export function storedIn(key: Key, item: Item | undefined): Stored | undefined {
  const prefix = announcedItems.find((begin) => key.sk.startsWith(begin));
  // Without a row, a channel is idle. Its first row may hold only what is nobody's business.
  if (prefix === "CHANNEL#") return { is: "channel", channel: channelOf(item ?? {}, key.sk.slice(prefix.length)) };
  return prefix === undefined || item === undefined ? undefined : readers[prefix](item);
}

const readers: Readonly<
  Record<Exclude<(typeof announcedItems)[number], "CHANNEL#">, (item: Item) => Stored | undefined>
> = {
  "PERSON#": (item) => ({ is: "person", person: peopleOf([item])[0]!, mergedInto: optionalText(item, "mergedInto") }),
  "RECORDING#": (item) => (isDeleted(item) ? undefined : { is: "recording", recording: recordingOf(item) }),
  "CLIP#": (item) => {
    const { id } = subjectOf(item);
    return { is: "clip", of: id, clip: clipOf(item, { kind: subjectKind(id), id, name: "" }) };
  },
  STATE: (item) => ({
    is: "clips",
    of: subjectOf(item).id,
    channel: text(item, "channel"),
    broadcast: text(item, "broadcast"),
    clips: number(item, "clips"),
  }),
  EXPORT: (item) => {
    const { id, state } = exportOf(item);
    return { is: "export", id, state: state === "asked" ? "waiting" : state };
  },
};
