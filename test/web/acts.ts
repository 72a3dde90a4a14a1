import type { Clip, Export, Mark, Recording } from "../../web/src/api/types.ts";
import type { Call, World } from "./site.ts";

/** What an act answers, and the id that takes it back. */
interface Acted {
  body: unknown;
  undoId?: string;
  status?: number;
}

/** Editors' acts that the API can take back, and exports; undefined for other calls. */
export function act(world: World, call: Call, [collection, id, action]: readonly string[]): Acted | undefined {
  const { people, clips } = world;
  const undoable = (body: unknown): Acted => {
    const undoId = `undo-${world.undos.size + 1}`;
    world.undos.set(undoId, () => Object.assign(world, { people, clips }));
    return { body, undoId };
  };
  const name = `${call.method} ${collection}/${action}`;

  if (name === "PATCH clips/") {
    const clip = clips.find((one) => one.id === id);
    if (clip === undefined) return undefined;
    const changed = changedClip(world, clip, call);
    world.clips = clips.map((one) => (one === clip ? changed : one));
    return undoable(changed);
  }
  if (name === "DELETE clips/") {
    world.clips = clips.filter((clip) => clip.id !== id);
    return undoable({});
  }
  if (name === "DELETE people/") {
    world.people = people.filter((person) => person.id !== id);
    const { name: forgotten = "", photos = 0, clips: moments = 0 } = people.find((person) => person.id === id) ?? {};
    // Also two that were rejected.
    return { body: { id, name: forgotten, faces: photos, clips: moments + 2, broadcasts: 3 } };
  }
  if (name === "POST people/merge") {
    const into = people.find((person) => person.id === fieldOf(call.body, "into"));
    world.people = people.filter((person) => person.id !== id);
    return undoable(into);
  }
  if (name === "POST undo/") {
    world.undos.get(id ?? "")?.();
    return { body: { kind: "review", id: "" } };
  }
  if (name === "POST recordings/retry") {
    world.recordings = world.recordings.map((recording) => {
      if (recording.id !== id) return recording;
      const waiting: Recording = { ...recording, state: "archived", error: null, errorCode: null };
      delete waiting.errorDetail;
      return waiting;
    });
    return { body: world.recordings.find((recording) => recording.id === id) };
  }
  if (name === "POST exports/") return { body: { ...exported("reel"), clips: clips.length, durationMs: 65_000 } };
  if (name === "POST channels/marks") return marked(world, call, id ?? "");
  if (name === "DELETE marks/") {
    world.marks = world.marks.filter((mark) => mark.id !== id);
    return { body: {} };
  }
  if (name === "POST clips/exports") return { body: exported(call.query.has("aspect") ? "upright" : "whole") };
  return undefined;
}

/** An export that waits to be made. */
export function exported(id: string): Export {
  return {
    id,
    state: "waiting",
    progress: 0,
    mp4: null,
    fileName: "Son Heung-min 2026-11-22 18.00.20.mp4",
    clips: 1,
    durationMs: 1500,
    expiresAt: "2026-11-29T18:20:00.000Z",
    error: null,
  };
}

/** A member of a JSON body. */
export function fieldOf(body: Buffer, name: string): unknown {
  const value: unknown = JSON.parse(body.toString());
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** Which times belong to one mark of a label. */
const SAME_MARK_MS = 5_000;

function marked(world: World, { body }: Call, channel: string): Acted {
  const name = String(fieldOf(body, "label"));
  const at = String(fieldOf(body, "at"));
  const known = world.marks.find(
    (mark) => mark.subject.name === name && Math.abs(Date.parse(mark.at) - Date.parse(at)) <= SAME_MARK_MS,
  );
  if (known !== undefined) return { body: known };
  const id = `_${name.toLowerCase()}`;
  const mark: Mark = {
    id: `${channel}.${id}.${at.replaceAll(/\D/g, "")}`,
    channel,
    subject: { kind: "event", id, name },
    at,
    start: at,
    end: at,
    clips: [],
  };
  world.marks = [mark, ...world.marks];
  return { body: mark, status: 201 };
}

function changedClip({ people }: World, clip: Clip, { body }: Call): Clip {
  const review = (["confirmed", "rejected", "unreviewed"] as const).find((one) => one === fieldOf(body, "review"));
  const subject = people.find(({ id }) => id === fieldOf(body, "subject"));
  return {
    ...clip,
    ...(review !== undefined && { review }),
    ...(subject !== undefined && { subject: { kind: "person", id: subject.id, name: subject.name } }),
  };
}
