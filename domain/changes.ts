import { isDeepStrictEqual } from "node:util";
import { subjectKind } from "./ids.ts";
import type { Channel, Clip, Person, Recording, Subject } from "./model.ts";

/** What others are told of the catalogue. */
export const changeTypes = [
  /** Viewers can see a clip from now on: it is new, or no longer rejected. */
  "clip.ready",
  /** Other bounds, review, subject or similarity of a clip that viewers see. */
  "clip.changed",
  /** Viewers no longer see a clip: it is gone or rejected. */
  "clip.removed",
  /** The first clip of a person in a broadcast that viewers can see. */
  "person.appeared",
  /** Someone was added, renamed, merged or removed, or has other photos. */
  "person.changed",
  /** A recording is in another state, or `deleted`. */
  "recording.changed",
  /** A channel is in another state, has an input or none, or began a broadcast. */
  "channel.changed",
  /** An export is in another state. */
  "export.changed",
] as const;
export type ChangeType = (typeof changeTypes)[number];

/** What a change is about: ids and states, no names and no secrets. The API tells the rest. */
export interface ChangeSubject {
  /** Clip id. */
  clip?: string;
  /** Of a clip or a person. */
  subject?: Pick<Subject, "kind" | "id">;
  channel?: string;
  broadcast?: string;
  /** Recording id. */
  recording?: string;
  /** Export id. */
  export?: string;
  /** Of a channel, a recording or an export, as the API names it. */
  state?: string;
  /** Of a channel. */
  live?: boolean;
}

/** A change that users of the catalogue can see. */
export interface Change extends ChangeSubject {
  /** The same for the same change, however often it is told. */
  id: string;
  type: ChangeType;
  /** When it was written, ISO 8601 UTC. */
  at: string;
}

/** What an item of the catalogue holds, as far as others are told of it. */
export type Stored =
  | {
      is: "clip";
      clip: Pick<Clip, "id" | "channel" | "broadcast" | "start" | "end" | "similarity" | "review">;
      /** Subject id. */
      of: string;
    }
  | { is: "channel"; channel: Pick<Channel, "id" | "state" | "live" | "broadcast"> }
  | { is: "recording"; recording: Pick<Recording, "id" | "channel" | "broadcast" | "state"> }
  | { is: "export"; id: string; state: string }
  | {
      is: "person";
      person: Pick<Person, "id" | "name" | "celebrity" | "faces">;
      /** Into whom the entry was merged. */
      mergedInto: string | undefined;
    }
  /** How many clips of a subject in a broadcast viewers see. */
  | { is: "clips"; of: string; channel: string; broadcast: string; clips: number };

/** What an item was before and after it was written; undefined where there was none. */
export interface Written {
  /** Of the write, unique and always the same. */
  id: string;
  /** ISO 8601 UTC. */
  at: string;
  before: Stored | undefined;
  after: Stored | undefined;
}

/** What a write means to users; undefined when they see no difference. */
export function changeOf({ id, at, before, after }: Written): Change | undefined {
  const [was, is] = [visible(before), visible(after)];
  const item = after ?? before;
  if (item === undefined || isDeepStrictEqual(was, is)) return undefined;
  const type = typeOf(item.is, was !== undefined, is !== undefined);
  const isDeleted = item.is === "recording" && after === undefined;
  return type && { id, type, at, ...about(item), ...(isDeleted && { state: "deleted" }) };
}

function typeOf(is: Stored["is"], wasVisible: boolean, isVisible: boolean): ChangeType | undefined {
  if (is === "clips") return wasVisible ? undefined : "person.appeared";
  if (is !== "clip") return `${is}.changed`;
  if (!wasVisible) return "clip.ready";
  return isVisible ? "clip.changed" : "clip.removed";
}

/** What viewers see of an item; undefined when they don't. */
function visible(item: Stored | undefined): unknown {
  switch (item?.is) {
    case undefined:
      return undefined;
    case "clip": {
      const { start, end, similarity, review } = item.clip;
      return review === "rejected" ? undefined : [start, end, similarity, review, item.of];
    }
    case "channel":
      return [item.channel.state, item.channel.live, item.channel.broadcast];
    case "recording":
      return item.recording.state;
    case "export":
      return item.state;
    case "person": {
      const { name, celebrity, faces } = item.person;
      return [name, celebrity, faces.map((face) => face.id).sort(), item.mergedInto];
    }
    case "clips":
      return item.clips > 0 && subjectKind(item.of) === "person" ? true : undefined;
  }
}

function about(item: Stored): ChangeSubject {
  switch (item.is) {
    case "clip":
      return {
        clip: item.clip.id,
        subject: { kind: subjectKind(item.of), id: item.of },
        channel: item.clip.channel,
        broadcast: item.clip.broadcast,
      };
    case "channel": {
      const { id, state, live, broadcast } = item.channel;
      return { channel: id, ...(broadcast !== undefined && { broadcast }), state, live };
    }
    case "recording": {
      const { id, channel, broadcast, state } = item.recording;
      return { recording: id, channel, broadcast, state };
    }
    case "export":
      return { export: item.id, state: item.state };
    case "person":
      return { subject: { kind: "person", id: item.person.id } };
    case "clips":
      return { subject: { kind: "person", id: item.of }, channel: item.channel, broadcast: item.broadcast };
  }
}
