import type { Failure } from "./failure.ts";
import type { RecordingState } from "./recording-states.ts";

/**
 * The words of Spotlight as types. Wall-clock times are ISO 8601 UTC strings with milliseconds; numbers of milliseconds
 * end with `Ms`.
 */

/** What a live channel does. `live` of a channel says whether input is arriving, which `running` alone does not. */
export type ChannelState = "idle" | "starting" | "running" | "stopping" | "failed";

/** A live channel in the catalogue. */
export interface Channel {
  /** `main`; see {@link isChannelId}. */
  id: string;
  state: ChannelState;
  /** Whether input is arriving: proved, and not lost since. */
  live: boolean;
  /** Whether anything has proved an input since the channel last began to run. */
  hadInput: boolean;
  /** The broadcast that is running or ran last, `20261122T180000`; unknown until its first recording is archived. */
  broadcast: string | undefined;
  /** When the channel last began to run. */
  startedAt: string | undefined;
  /** Since when it runs without input; only while it does. */
  idleSince: string | undefined;
}

/** A rectangle as fractions (0–1) of the frame's width and height, as Rekognition gives it. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A face of a reference photo, indexed in the Rekognition collection. */
export interface Face {
  /** Rekognition's FaceId. */
  id: string;
  /** Where the face is in the photo. */
  box: Box;
  /** 0–100: how well the photo suits recognition. */
  quality: number;
}

/** Someone on the watch list. */
export interface Person {
  /** Slug of the name at creation, stable under rename; also the faces' ExternalImageId. */
  id: string;
  name: string;
  /** The celebrity's name to look for, when the person is to be recognised without photos. */
  celebrity: string | undefined;
  /** Rekognition's id of that celebrity, learnt when it is first recognised. */
  celebrityId: string | undefined;
  /** Faces of the reference photos, oldest first. */
  faces: Face[];
  /** Ids of entries that were merged into this one; absent where there are none. */
  formerIds?: string[];
}

/** One rung of the ladder as it was produced. */
export interface Rendition {
  /** `720p`; the media playlist is `index_720p.m3u8`. */
  name: string;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** Average bits per second, sound included. */
  bitrate: number;
}

/** The job of one detector for a recording. */
export interface Analysis {
  /** The detector's name, `faces`. */
  detector: string;
  /** The service's job id; unknown between the decision to start the job and the service's answer. */
  job: string | undefined;
  /** Whether its result is in. */
  done: boolean;
}

/** Where a recording is in its broadcast's wall-clock time. */
export interface Placement {
  /** Six digits are the rule of keys; here it is the number. */
  number: number;
  /** Milliseconds since the epoch. */
  startMs: number;
  durationMs: number;
  /** Whether its timecode told the start, rather than the archive event. */
  isExact?: boolean;
  /** First and last cut, from the recording's start; absent where there is none, or nobody looked for cuts. */
  firstCutMs?: number;
  lastCutMs?: number;
}

/** One run of a channel, as far as something of it is recorded. */
export interface Broadcast {
  /** `main.20261122T180000`. */
  id: string;
  channel: string;
  broadcast: string;
  /** When its first converted recording starts, and the last one ends; unknown until one is converted. */
  start: string | undefined;
  end: string | undefined;
  /** How long it is without the times of which no recording is converted. */
  recordedMs: number;
  /** How many recordings are converted. */
  recordings: number;
  /** Same-origin path of a frame from its middle. */
  poster: string | undefined;
}

/** One archived piece of a broadcast. */
export interface Recording {
  /** `main.20261122T180000.000012`. */
  id: string;
  channel: string;
  broadcast: string;
  number: number;
  /** The archive's bucket and key. */
  bucket: string;
  key: string;
  state: RecordingState;
  /** Since when it is in that state. */
  stateAt: string;
  /** How often it started over, because it had failed or its job no longer existed. */
  attempt: number;
  /** How often the sweeper redrove it, because it made no progress. */
  redrives: number;
  /** When the sweeper last redrove it. */
  redrivenAt: string | undefined;
  /** Time of the archive event: the recording had ended by then. */
  archivedAt: string;
  /** Time of day (UTC) of the first frame, milliseconds; known when its timecode tells, once it is converting. */
  timeOfDayMs: number | undefined;
  /** Wall-clock start; known when converted. */
  start: string | undefined;
  /** Known when converted. */
  durationMs: number | undefined;
  /** Highest first; empty until a conversion is planned. */
  renditions: Rendition[];
  /** MediaConvert's job id, once it is started. */
  conversion: string | undefined;
  /** What the detectors do with it, by detector name. */
  analyses: Analysis[];
  /** Ids of the subjects found in it; known when indexed. */
  subjects: string[];
  /** Only when `failed`. */
  failure: Failure | undefined;
}

/** What a clip can be about: a person on the watch list, or an event of the match. */
export type SubjectKind = "person" | "event";

/** Who or what a clip is about. */
export interface Subject {
  kind: SubjectKind;
  /** See {@link personSlug} and {@link eventId}; ids of different kinds never meet. */
  id: string;
  name: string;
}

/** A continuous range of a recording in which a subject was seen. */
export interface Appearance {
  /** Recording id. */
  recording: string;
  /** From the recording's start. */
  startMs: number;
  /** From the recording's start. */
  endMs: number;
  /** 0–100, the highest seen in the range. */
  similarity: number;
  /** The best face of the range. */
  box: Box;
  /** When the best face was seen, from the recording's start. */
  bestMs: number;
  /** Start of its first shot, from the recording's start; absent where nobody looked for cuts. */
  shotStartMs?: number;
  /** End of its last shot, likewise. */
  shotEndMs?: number;
}

/** What an editor decided about a clip. */
export type Review = "unreviewed" | "confirmed" | "rejected";

/** One moment of one subject in a broadcast. */
export interface Clip {
  /** See {@link clipId}. */
  id: string;
  subject: Subject;
  channel: string;
  broadcast: string;
  /** In and out point, padded. */
  start: string;
  end: string;
  durationMs: number;
  /** 0–100, the highest of its appearances. */
  similarity: number;
  review: Review;
  /** Same-origin path of the frame nearest to the best face. */
  poster: string;
  /** The parts of recordings to play, in order: the padded moment. */
  pieces: ClipPiece[];
  /** What was seen, in order. */
  appearances: Appearance[];
}

/** The part of one recording that belongs to a clip. */
export interface ClipPiece {
  /** Recording id. */
  recording: string;
  /** From the recording's start. */
  startMs: number;
  /** From the recording's start. */
  endMs: number;
}
