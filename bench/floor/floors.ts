import type { LiveSettings } from "../../local/media/live/settings.ts";
import type { LowerRung } from "./convert.ts";

/** The floors, each named after its file, with what it is asked and what it answers. */
export interface Floors {
  live: {
    request: {
      /** An FLV file whose picture has the size of the highest rendition. */
      file: string;
      settings: LiveSettings;
    };
    /** What was encoded: the same as the live job's, or the comparison means nothing. */
    result: {
      frames: number;
      /** Of all renditions' fragmented MP4. */
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
      /** Where results go; must not exist. */
      folder: string;
    };
    result: {
      /** CPU seconds of the parts, for all files but the first. */
      cpuSeconds: { convert: number; decodeSamples: number; networks: number };
      /** What the conversions of all files but the first made. */
      bytes: number;
    };
  };
}

/** What a floor's process reports. */
export type FloorReport<Name extends keyof Floors> =
  | { result: Floors[Name]["result"]; cpuSeconds: number }
  | { failure: string };
