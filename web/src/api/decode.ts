import type {
  Box,
  Broadcast,
  Channel,
  Clip,
  Export,
  Frame,
  Named,
  Page,
  Person,
  Photo,
  Recording,
  Reel,
  StreamMessage,
} from "./types.ts";

/** Checks that a JSON value has the shape that the page relies on. */
export type Guard<Value> = (value: unknown) => value is Value;

type Kind = "string" | "number" | "boolean" | "object";

/**
 * Checks at the boundary: an unusable response (another server's page, a much older API) becomes one readable problem
 * instead of a crash in a component.
 */
export function shaped(value: unknown, shape: Readonly<Record<string, Kind>>): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(shape).every(([name, kind]) => {
    const field: unknown = Reflect.get(value, name);
    return field !== null && typeof field === kind;
  });
}

export const isChannel: Guard<Channel> = (value): value is Channel =>
  shaped(value, { id: "string", name: "string", state: "string", live: "boolean", playback: "object" });

export const isBroadcast: Guard<Broadcast> = (value): value is Broadcast =>
  shaped(value, { id: "string", broadcast: "string", recordedMs: "number" });

export const isPerson: Guard<Person> = (value): value is Person =>
  shaped(value, { id: "string", name: "string", photos: "number", clips: "number" });

export const isClip: Guard<Clip> = (value): value is Clip =>
  shaped(value, {
    id: "string",
    subject: "object",
    start: "string",
    durationMs: "number",
    similarity: "number",
    poster: "string",
    appearances: "object",
  });

export const isRecording: Guard<Recording> = (value): value is Recording =>
  shaped(value, { id: "string", state: "string" });

export const isReel: Guard<Reel> = (value): value is Reel =>
  shaped(value, { playlist: "string", momentsMs: "number", moments: "object" });

export const isPhoto: Guard<Photo> = (value): value is Photo =>
  shaped(value, { id: "string", morePhotos: "number", lookAlikes: "object" });

export const isExport: Guard<Export> = (value): value is Export =>
  shaped(value, { id: "string", state: "string", progress: "number", fileName: "string" });

export const isFrame: Guard<Frame> = (value): value is Frame => shaped(value, { picture: "string", faces: "object" });

/** Someone as problems name them. */
export const isNamed: Guard<Named> = (value): value is Named => shaped(value, { id: "string", name: "string" });

/** The API's OpenAPI document. */
export const isDocument: Guard<{ paths: object }> = (value): value is { paths: object } =>
  shaped(value, { paths: "object" });

export const isStreamMessage: Guard<StreamMessage> = (value): value is StreamMessage =>
  shaped(value, { type: "string", id: "string" });

/** Where a face is in a picture. */
export const isBox: Guard<Box> = (value): value is Box =>
  shaped(value, { left: "number", top: "number", width: "number", height: "number" });

/** A guard for one page of items. */
export function pageOf<Item>(isItem: Guard<Item>): Guard<Page<Item>> {
  return (value): value is Page<Item> => {
    if (typeof value !== "object" || value === null) return false;
    const items: unknown = Reflect.get(value, "items");
    return Array.isArray(items) && items.every(isItem);
  };
}
