/** One number of the report. */
export interface Figure {
  /** A short description. */
  name: string;
  /** NaN: it could not be measured here. */
  value: number;
  unit:
    | "s"
    | "ms"
    | "KB"
    | "MB"
    | "×"
    | "recordings"
    | "moments"
    | "connections"
    | "times"
    | "cuts"
    | "%"
    | "% of a core";
  /** The target: the largest acceptable value, if there is one. */
  atMost?: number;
  /** How it was measured, or what it consists of. */
  note?: string;
}

/** The environment of a measurement. */
export interface Bench {
  /** A folder for the files of all measurements; removed at the end. */
  folder: string;
  /** Minutes of streaming for the long measurements. */
  minutes: number;
  /** A folder with a folder of photos for each person, if one was given. */
  photos: string | undefined;
  /** A file for the plot of memory, if one was asked for. */
  plot: string | undefined;
  /** Decides what is chosen at random. */
  seed: number;
  /** How often `endurance` kills the main process. */
  kills: number;
  /** Reports progress. */
  say(text: string): void;
}

/** A measurement that can be chosen by name on the command line. */
export interface Measurement {
  name: string;
  /** One line for `--help`. */
  about: string;
  /** Runs only if named, since it needs the network or takes long. */
  onlyByName?: true;
  measure(bench: Bench): Promise<Figure[]>;
}
