import { createHash } from "node:crypto";
import type { SubjectKind } from "./model.ts";

/** A recording's place: which channel, which run of it, which rollover file. */
export interface RecordingName {
  channel: string;
  /** `20261122T180000`. */
  broadcast: string;
  /** 0–999999; of a channel's second pipeline from `firstStandbyNumber` on. */
  number: number;
}

const channelPattern = "[a-z0-9][a-z0-9-]{0,31}";
const broadcastPattern = "\\d{8}T\\d{6}";
const slugPattern = "[a-z0-9][a-z0-9-]{0,63}";
/** An event's id begins with an underscore, which no person's does. */
const subjectPattern = `_?${slugPattern}`;

const channelForm = new RegExp(`^${channelPattern}$`);
const broadcastForm = new RegExp(`^${broadcastPattern}$`);
const personForm = new RegExp(`^${slugPattern}$`);
const broadcastIdForm = new RegExp(`^(${channelPattern})\\.(${broadcastPattern})$`);
const recordingForm = new RegExp(`^(${channelPattern})\\.(${broadcastPattern})\\.(\\d{6})$`);
const timePattern = "\\d{8}T\\d{9}";
const positionPattern = `(?:(\\d{6})-(0|[1-9]\\d{0,9})|(${timePattern}))`;
const clipForm = new RegExp(`^(${channelPattern})\\.(${broadcastPattern})\\.(${subjectPattern})\\.${positionPattern}$`);
const markForm = new RegExp(`^(${channelPattern})\\.(_${slugPattern})\\.(${timePattern})$`);

/** Whether `text` can name a channel: lower-case letters, digits and hyphens, at most 32. */
export function isChannelId(text: string): boolean {
  return channelForm.test(text);
}

/** Whether `text` has the form of a broadcast, `20261122T180000`, and names a moment that exists. */
export function isBroadcast(text: string): boolean {
  return broadcastForm.test(text) && !Number.isNaN(Date.parse(isoOf(text)));
}

/** Whether `text` can be a person's id. */
export function isPersonId(text: string): boolean {
  return personForm.test(text);
}

/** The id of an event of the match: `Goal` is `_goal`. */
export function eventId(name: string): string {
  return `_${personSlug(name)}`;
}

/** What kind of subject an id is of. */
export function subjectKind(id: string): SubjectKind {
  return id.startsWith("_") ? "event" : "person";
}

/** When a broadcast started, in milliseconds since the epoch. */
export function broadcastStartMs(broadcast: string): number {
  return Date.parse(isoOf(broadcast));
}

/** `main.20261122T180000`. */
export function broadcastId({ channel, broadcast }: Omit<RecordingName, "number">): string {
  return `${channel}.${broadcast}`;
}

/** The parts of a broadcast's id, or `undefined` when `id` is not one. */
export function parseBroadcastId(id: string): Omit<RecordingName, "number"> | undefined {
  const [, channel, broadcast] = broadcastIdForm.exec(id) ?? [];
  return channel === undefined || broadcast === undefined || !isBroadcast(broadcast)
    ? undefined
    : { channel, broadcast };
}

/** A recording's number as keys and ids write it: six digits. */
export function formatNumber(number: number): string {
  return String(number).padStart(6, "0");
}

/** `main.20261122T180000.000012`. */
export function recordingId(name: RecordingName): string {
  return `${name.channel}.${name.broadcast}.${formatNumber(name.number)}`;
}

/** The parts of a recording id, or `undefined` when `id` is not one. */
export function parseRecordingId(id: string): RecordingName | undefined {
  const [, channel, broadcast, number] = recordingForm.exec(id) ?? [];
  if (channel === undefined || broadcast === undefined || !isBroadcast(broadcast)) return undefined;
  return { channel, broadcast, number: Number(number) };
}

/** Whether `text` is a recording's id. */
export function isRecordingId(text: string): boolean {
  return parseRecordingId(text) !== undefined;
}

/** What a clip id says. */
export type ClipName = {
  channel: string;
  broadcast: string;
  /** Subject id. */
  subject: string;
} & (ClipPosition | Pick<MarkName, "atMs">);

/** Where a clip's first appearance starts: the recording's number, and how far inside it. */
interface ClipPosition {
  number: number;
  startMs: number;
}

/**
 * A clip's id: broadcast, subject and where its first appearance starts, as recording number and offset. The offset is
 * inside the recording because that does not depend on the wall clock: indexing the recording again finds the
 * same id. A mark's clip has the mark's time instead, which is the same whichever recordings exist.
 */
export function clipId(name: ClipName): string {
  return `${name.channel}.${name.broadcast}.${name.subject}.${clipPosition(name)}`;
}

/** The last part of a clip id, `000012-34500` or, of a mark, `20261122T181234567`. */
export function clipPosition(position: ClipPosition | Pick<MarkName, "atMs">): string {
  return "atMs" in position ? compact(position.atMs) : `${formatNumber(position.number)}-${position.startMs}`;
}

/** The parts of a clip id, or `undefined` when `id` is not one. */
export function parseClipId(id: string): ClipName | undefined {
  const [, channel, broadcast, subject, number, startMs, at] = clipForm.exec(id) ?? [];
  if (channel === undefined || broadcast === undefined || subject === undefined || !isBroadcast(broadcast))
    return undefined;
  if (at === undefined) return { channel, broadcast, subject, number: Number(number), startMs: Number(startMs) };
  const atMs = msOf(at);
  return atMs === undefined || subjectKind(subject) !== "event" ? undefined : { channel, broadcast, subject, atMs };
}

/** Whether a clip's id says that a mark made it. */
export function isMarkClip(id: string): boolean {
  const name = parseClipId(id);
  return name !== undefined && "atMs" in name;
}

/** What a mark's id says. */
export interface MarkName {
  channel: string;
  /** Id of the event. */
  subject: string;
  /** Milliseconds since the epoch. */
  atMs: number;
}

/** `main._goal.20261122T181234567`. */
export function markId({ channel, subject, atMs }: MarkName): string {
  return `${channel}.${subject}.${compact(atMs)}`;
}

/** The parts of a mark's id, or `undefined` when `id` is not one. */
export function parseMarkId(id: string): MarkName | undefined {
  const [, channel, subject, at] = markForm.exec(id) ?? [];
  const atMs = at === undefined ? undefined : msOf(at);
  return channel === undefined || subject === undefined || atMs === undefined ? undefined : { channel, subject, atMs };
}

/**
 * The id that a name gives: `Son Heung-min` is `son-heung-min`. Accents are dropped; a name with letters that ASCII
 * cannot hold also gets six hex digits of its hash, so that names in any script have ids, and different ones.
 */
export function personSlug(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const ascii = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  const lossless =
    ascii.length > 0 && ascii.length <= 64 && !/[^\p{ASCII}]/u.test(plain.replace(/[^\p{L}\p{N}]/gu, ""));
  if (lossless) return ascii;
  const hash = createHash("sha256").update(name.normalize("NFC").toLowerCase()).digest("hex").slice(0, 6);
  return ascii === "" ? `person-${hash}` : `${ascii.slice(0, 57).replace(/-+$/, "")}-${hash}`;
}

function isoOf(broadcast: string): string {
  return broadcast.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})$/, "$1-$2-$3T$4:$5:$6.000Z");
}

/** `20261122T181234567`, UTC. */
function compact(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:.Z]/g, "");
}

/** The time that {@link compact} wrote, if it exists. */
function msOf(time: string): number | undefined {
  const ms = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)(...)$/, "$1-$2-$3T$4:$5:$6.$7Z"));
  return Number.isNaN(ms) || compact(ms) !== time ? undefined : ms;
}
