import type { Moment } from "../domain/clips.ts";
import type { Decision } from "../domain/decisions.ts";
import { parseClipId, recordingId, type ClipName, type RecordingName } from "../domain/ids.ts";
import type { Appearance, Clip, Review, Subject } from "../domain/model.ts";
import { defined, itemOf, list, number, oneOf, optionalText, presentNumbers, text, type Item } from "./item.ts";
import { appearancesSort, clipKey, decisionKey, momentsPartition } from "./moment-keys.ts";
import type { Key } from "./table.ts";

const reviews: readonly Review[] = ["unreviewed", "confirmed", "rejected"];

/** The item with all appearances of a subject in a recording. */
export function appearanceItem(recording: RecordingName, subject: string, appearances: Appearance[]): Item & Key {
  return {
    pk: momentsPartition(recording.channel, recording.broadcast, subject),
    sk: appearancesSort(recording.number),
    recording: recordingId(recording),
    appearances: appearances.map((appearance) => ({ ...appearance, recording: undefined })).map(defined),
  };
}

/** The appearances in an item; none when it holds something else. */
export function appearancesOf(item: Item): Appearance[] {
  if (!text(item, "sk").startsWith("APPEARANCES#")) return [];
  const recording = text(item, "recording");
  return list(item, "appearances").map((value) => appearanceOf({ ...itemOf(value), recording }));
}

/** The item of a clip. */
export function clipItem(moment: Moment, subject: StoredSubject, review: Review): Item & Key {
  const sort = `${moment.start}#${moment.id}`;
  return {
    ...clipKey(nameOf(moment.id)),
    id: moment.id,
    ...subjectItem(subject),
    channel: moment.channel,
    broadcast: moment.broadcast,
    start: moment.start,
    end: moment.end,
    durationMs: moment.durationMs,
    similarity: moment.similarity,
    review,
    poster: moment.poster,
    pieces: moment.pieces,
    appearances: moment.appearances,
    seen: moment.seen,
    gsi1pk: subjectClips(subject.id),
    gsi1sk: sort,
    gsi2pk: channelClips(moment.channel),
    gsi2sk: sort,
  };
}

/** A subject as rows keep it: a person's name is looked up when it is read, an event's is stored. */
export interface StoredSubject {
  id: string;
  /** Of an event. */
  name: string | undefined;
}

/** The attributes that name a subject. */
export function subjectItem({ id, name }: StoredSubject): Item {
  return { subject: id, ...(name !== undefined && { name }) };
}

/** The subject that an item names. */
export function subjectOf(item: Item): StoredSubject {
  // Rows from before clips had subjects name a person.
  return { id: optionalText(item, "subject") ?? text(item, "person"), name: optionalText(item, "name") };
}

/** Whether everyone sees the clip in an item: an editor's rejection hides it from all but editors. */
export function isVisible(clip: Item): boolean {
  return clip["review"] !== "rejected";
}

/** The index partition of a subject's clips. Its name is older than events. */
export function subjectClips(subject: string): string {
  return `PERSON-CLIPS#${subject}`;
}

/** The index partition of a channel's clips. */
export function channelClips(channel: string): string {
  return `CHANNEL-CLIPS#${channel}`;
}

/** The clip in an item, about this subject. */
export function clipOf(item: Item, subject: Subject): Clip {
  return {
    id: text(item, "id"),
    subject,
    channel: text(item, "channel"),
    broadcast: text(item, "broadcast"),
    start: text(item, "start"),
    end: text(item, "end"),
    durationMs: number(item, "durationMs"),
    similarity: number(item, "similarity"),
    review: oneOf(item, "review", reviews),
    poster: text(item, "poster"),
    pieces: list(item, "pieces").map((value) => {
      const piece = itemOf(value);
      return { recording: text(piece, "recording"), startMs: number(piece, "startMs"), endMs: number(piece, "endMs") };
    }),
    appearances: clipAppearances(item),
  };
}

/** The appearances in a clip's item. */
export function clipAppearances(item: Item): Appearance[] {
  return list(item, "appearances").map((value) => appearanceOf(itemOf(value)));
}

/** The item of what was decided about a clip, whose item is `clip`, by the act of this id. */
export function decisionItem(
  clip: Item,
  { verdict, subject, decidedAtMs }: Pick<Decision, "verdict" | "subject" | "decidedAtMs">,
  act: string,
): Item & Key {
  const id = text(clip, "id");
  return { ...decisionKeyOf(id), clip: id, seen: clip["seen"], verdict, subject, decidedAtMs, act };
}

/** The key of what was decided about the clip of this id. */
export function decisionKeyOf(id: string): Key {
  return decisionKey(nameOf(id));
}

/** The decision in an item; none when it holds something else. */
export function decisionOf(item: Item): Decision[] {
  if (!text(item, "sk").startsWith("DECISION#")) return [];
  const seen = itemOf(item["seen"]);
  return [
    {
      clip: text(item, "clip"),
      startMs: number(seen, "startMs"),
      endMs: number(seen, "endMs"),
      verdict: oneOf(item, "verdict", [...reviews, "deleted"] as const),
      subject: optionalText(item, "subject"),
      decidedAtMs: number(item, "decidedAtMs"),
    },
  ];
}

function nameOf(id: string): ClipName {
  const name = parseClipId(id);
  if (name === undefined) throw new TypeError(`"${id}" is not a clip id`);
  return name;
}

function appearanceOf(item: Item): Appearance {
  const box = itemOf(item["box"]);
  return {
    recording: text(item, "recording"),
    startMs: number(item, "startMs"),
    endMs: number(item, "endMs"),
    similarity: number(item, "similarity"),
    box: {
      left: number(box, "left"),
      top: number(box, "top"),
      width: number(box, "width"),
      height: number(box, "height"),
    },
    bestMs: number(item, "bestMs"),
    ...presentNumbers(item, "shotStartMs", "shotEndMs"),
  };
}
