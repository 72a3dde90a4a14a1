/** A video encode of a live channel. */
export interface RenditionSettings {
  /** Names the rendition in playlists, e.g. `720p`. */
  name: string;
  /** The picture is fitted into this frame, in pixels, and never enlarged. */
  width: number;
  height: number;
  /** Bits per second; the maximum if `quality` is given. */
  bitrate: number;
  /** Decoder buffer in bits; default: one second. */
  bufferSize?: number;
  /** Constant quality below the bit rate, as x264's rate factor (lower is better); undefined: constant bit rate. */
  quality?: number;
  /** Frames of look-ahead for rate control; each adds a frame of latency. */
  lookahead: number;
  /** H.264 profile. */
  profile: "baseline" | "main" | "high";
  /** Whether keyframes carry the wall-clock time at which they were received, as a timecode; default no. */
  timecode?: boolean;
}

/** The outputs of a live channel. */
export interface LiveSettings {
  /** Highest first. */
  renditions: readonly RenditionSettings[];
  /** Bits per second of the AAC sound, silence where none comes; 0 for no sound track. */
  audioBitrate: number;
  /** Seconds between keyframes. */
  gopSeconds: number;
  /** Frames per second; undefined: the input's own, at most 60. */
  frameRate?: { num: number; den: number };
  /** Names of the renditions that are packaged for viewers. */
  packaged: readonly string[];
  /**
   * The recording: a rendition's packets written again as MPEG-TS, in files of `rolloverSeconds` (cut at keyframes).
   */
  archive?: { rendition: string; rolloverSeconds: number };
}

/** Settings of the encoding process. */
export interface LiveJobSettings extends LiveSettings {
  /** Wall clock of time 0, in epoch milliseconds. */
  startedAt: number;
  /** Where finished archive files appear as `NNNNNN.ts`; a file being written has `.part` appended. */
  archiveFolder: string;
  /** Whether the archive waits from the start; default no. */
  archivePaused?: boolean;
}

/** What the encoding process is told while it runs. */
export interface LiveJobOrder {
  archivePaused: boolean;
}

/** A rendition, fitted to the source's size. */
export interface LiveRendition {
  name: string;
  width: number;
  height: number;
  /** Bits per second, video and audio. */
  bitrate: number;
  frameRate: number;
}

/**
 * The first file descriptor on which the encoding process writes fragmented MP4: one per packaged rendition, in order.
 */
export const firstPipe = 4;

/** What the encoding process reports. */
export type LiveJobReport =
  | {
      type: "started";
      renditions: LiveRendition[];
      /** Length of the longest fragment, in seconds. */
      partSeconds: number;
      source: { width: number; height: number; frameRate: number };
    }
  /** Sound stopped, and silence takes its place; or it came back. */
  | { type: "sound"; present: boolean }
  | { type: "archived"; file: string; seconds: number }
  | { type: "archive-failed"; message: string }
  | { type: "failed"; message: string }
  | { type: "finished"; frames: number; cpuSeconds: number };
