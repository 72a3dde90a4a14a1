/** One number of the report. */
export interface Figure {
  /** What was measured, in a few words. */
  name: string;
  value: number;
  unit: "s" | "ms" | "KB" | "MB" | "×" | "recordings" | "% of a core";
  /** The value is fine up to this; absent where there is no aim. */
  atMost?: number;
  /** How it was measured, or what it is made of. */
  note?: string;
}

/** What every measurement is given. */
export interface Bench {
  /** A folder for its files, empty at first; removed at the end. */
  folder: string;
  /** Minutes of streaming for the long measurements. */
  minutes: number;
  /** Tells what is going on. */
  say(text: string): void;
}

/** Something that can be measured, by its name on the command line. */
export interface Measurement {
  name: string;
  /** One line for `--help`. */
  about: string;
  /** Runs only where it is named: it needs the network. */
  onlyByName?: true;
  measure(bench: Bench): Promise<Figure[]>;
}
