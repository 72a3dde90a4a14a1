import type { LiveSettings } from "../../local/media/live/settings.ts";
import type { LowerRung } from "./convert.ts";

/** The requests and results of the floors, each named after its file. A floor is the least work that a task needs. */
export interface Floors {
  live: {
    request: {
      /** An FLV file with video in the size of the highest rendition. */
      file: string;
      settings: LiveSettings;
    };
    /** What was encoded; must match the live job's for a meaningful comparison. */
    result: {
      frames: number;
      /** Size of the fragmented MP4 of all renditions. */
      fragmentBytes: number;
    };
  };
  pipeline: {
    request: {
      /** Archive files. The first one only warms up. */
      files: readonly string[];
      /** Name of the archived rendition. */
      top: string;
      lower: readonly LowerRung[];
      /** Folder for the results; must not exist. */
      folder: string;
    };
    result: {
      /** CPU seconds by part, for all files except the first. */
      cpuSeconds: { convert: number; decodeSamples: number; networks: number };
      /** Size of the converted files, for all files except the first. */
      bytes: number;
    };
  };
}

/** What a floor's process reports. */
export type FloorReport<Name extends keyof Floors> =
  | { result: Floors[Name]["result"]; cpuSeconds: number }
  | { failure: string };
