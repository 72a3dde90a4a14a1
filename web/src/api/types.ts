/** What the REST API answers. Times are UTC ISO 8601; names that end with `Ms` are milliseconds; media URLs are same-origin paths. */

/** `idle` is off; input may be missing while `running` (see {@link Channel.live}). */
export type ChannelState = "idle" | "starting" | "running" | "stopping" | "failed";

/** A live channel. */
export interface Channel {
  id: string;
  name: string;
  state: ChannelState;
  /** Whether input is arriving. */
  live: boolean;
  /** The current or last broadcast (`20261122T180000`), once one was archived. */
  broadcast: string | null;
  startedAt: string | null;
  playback: { hls: string; dash?: string | null };
  /** Only in answers to the admin. */
  ingest?: { server: string; streamKey: string };
}

/** Someone on the watch list. */
export interface Person {
  id: string;
  name: string;
  celebrityId: string | null;
  /** How many reference photos are known. */
  photos: number;
  clips: number;
}

/** A face's place in the frame, as fractions of its width and height. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where one recording shows the person. */
export interface Appearance {
  recording: string;
  startMs: number;
  endMs: number;
  similarity: number;
  box: Box;
}

export type Review = "unreviewed" | "confirmed" | "rejected";

/** One moment of one person in a broadcast. */
export interface Clip {
  id: string;
  person: { id: string; name: string };
  channel: string;
  broadcast: string;
  start: string;
  end: string;
  durationMs: number;
  /** 0 to 100. */
  similarity: number;
  review: Review;
  poster: string;
  playlist: string;
  mp4: string;
  appearances: Appearance[];
}

export type RecordingState = "archived" | "converting" | "analysing" | "indexed" | "failed";

/** One archived piece of a broadcast on its way to clips. */
export interface Recording {
  id: string;
  state: RecordingState;
  start: string | null;
  durationMs: number | null;
  error?: string | null;
}

/** One page of a listing; `nextCursor` leads to the next. */
export interface Page<Item> {
  items: Item[];
  nextCursor?: string | null;
}

/** A reference photo that was accepted. */
export interface Photo {
  id: string;
  box: Box;
  quality?: unknown;
}
