/** What to create from one file, in FFmpeg's terms; a MediaConvert job is translated into it. */
export interface ConvertPlan {
  /** File to read. */
  input: string;
  /** Folder for the outputs, whose paths are relative to it. */
  folder: string;
  outputs: readonly ConvertOutput[];
}

export type ConvertOutput = HlsOutput | Mp4Output | FramesOutput;

/** An HLS package: `BASE.m3u8`, and for each rendition `BASE_MODIFIER.m3u8` with segments `BASE_MODIFIER_00001.ts`. */
export interface HlsOutput {
  kind: "hls";
  base: string;
  segmentSeconds: number;
  renditions: readonly { modifier: string; video: VideoPlan; audio?: AudioPlan }[];
}

/** One MP4 with its index at the front. */
export interface Mp4Output {
  kind: "mp4";
  path: string;
  video: VideoPlan;
  audio?: AudioPlan;
}

/** JPEGs `BASE.0000000.jpg`, one every `everyMs` from the first frame on. */
export interface FramesOutput {
  kind: "frames";
  base: string;
  /** Pixels. Without a width, the source's size; without a height, the one that keeps the aspect ratio. */
  width?: number;
  height?: number;
  everyMs: number;
  /** 1–100. */
  quality: number;
  maxCaptures: number;
}

/** `copy`: the source's packets as they are. */
export type VideoPlan =
  | { copy: true }
  | {
      copy: false;
      /** Pixels; both even. Absent: the source's. */
      width?: number;
      height?: number;
      /** Bits per second that are never exceeded over a second. */
      maxBitrate: number;
      gopSeconds: number;
    };

/** Encoded sound is silence where the source has none, or where it is not wanted. */
export type AudioPlan = { copy: true } | { copy: false; bitrate: number; silent?: boolean };

/** One MP4 made of parts of files, one after the other, encoded whole so that it begins and ends at exact frames. */
export interface AssemblyPlan {
  /** At least one; the first one's frame rate is the output's. */
  parts: readonly AssemblyPart[];
  /** Folder for the output, whose path is relative to it. */
  folder: string;
  path: string;
  /** Absent: the first part's picture, cropped. */
  video: VideoPlan & { copy: false };
  /** Absent: no sound track. */
  audio?: { bitrate: number };
}

/** A part of a file. */
export interface AssemblyPart {
  input: string;
  /** First frame. @default the file's first */
  from?: FrameCount;
  /** Last frame, which is included. @default the file's last */
  to?: FrameCount;
  /** In pixels. @default the whole picture */
  crop?: { x: number; y: number; width: number; height: number };
  /** Whether the file's sound is kept; otherwise, and where it has none, there is silence. */
  hasSound: boolean;
}

/** Where a frame is, counted from the file's first: as many seconds of the rounded frame rate, and frames. */
export interface FrameCount {
  seconds: number;
  frames: number;
}

/** The result of a plan. */
export interface ConvertResult {
  durationMs: number;
  /** The source's picture. */
  source: { width: number; height: number; frameRate: number };
  outputs: readonly OutputResult[];
}

/** The results of one output, in the plan's order: a rendition each for HLS, one otherwise. */
export interface OutputResult {
  renditions: readonly { modifier: string; path: string; width: number; height: number; averageBitrate: number }[];
  /** Paths relative to the folder, in the order in which a reader may need them: segments before playlists. */
  files: readonly string[];
}

/** The contents of a file, as a probe reports them. */
export interface MediaDescription {
  /** FFmpeg's format name, e.g. `mpegts`, `mov,mp4,m4a,3gp,3g2,mj2`. */
  format: string;
  durationMs: number;
  bitrate: number;
  /** Of the first picture, `HH:MM:SS:FF`, if it carries one. */
  timecode?: string;
  video?: {
    codec: string;
    width: number;
    height: number;
    frameRate: { numerator: number; denominator: number };
    bitrate: number;
  };
  audio?: { codec: string; sampleRate: number; channels: number; bitrate: number };
}

/** Messages between the converting process and its parent. */
export type ConvertRequest =
  | { kind: "convert"; plan: ConvertPlan }
  | { kind: "assemble"; plan: AssemblyPlan }
  | { kind: "probe"; file: string };
export type ConvertReport =
  | { kind: "progress"; percent: number }
  | { kind: "converted"; result: ConvertResult; cpuMs: number }
  | { kind: "probed"; description: MediaDescription }
  | { kind: "failed"; message: string };
