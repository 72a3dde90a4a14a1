import type { Recording } from "./model.ts";

/** Which recordings a search looks at; all of the archive when empty. */
export interface SearchRange {
  channel?: string | undefined;
  broadcast?: string | undefined;
  /** Recordings that end after this time, ISO 8601. */
  from?: string | undefined;
  /** Recordings that start before this time, ISO 8601. */
  to?: string | undefined;
}

/** How far a search got. */
export type SearchState = "running" | "done" | "cancelled";

/** How the search of one recording ended; `expired`: its files no longer exist. */
export type SearchOutcome = "found" | "nothing" | "expired" | "failed";

/** A recording that is being searched. */
export interface OpenRecording {
  /** Recording id. */
  recording: string;
  /** Job ids by the names of the detectors that were started. */
  jobs: Readonly<Record<string, string>>;
}

/** A search for one person in recordings that are archived already. */
export interface PersonSearch {
  /** Person id. */
  person: string;
  /** Sets this search apart from the person's other ones. */
  run: string;
  state: SearchState;
  range: SearchRange;
  /** ISO 8601 UTC. */
  startedAt: string;
  /** When something last happened, ISO 8601 UTC. */
  changedAt: string;
  /** Of the recordings to search, together. */
  durationMs: number;
  /** How many recordings there are to search. */
  recordings: number;
  /** How many of them were taken up. */
  taken: number;
  /** Those that are being searched now. */
  open: OpenRecording[];
  /** How many recordings ended with each outcome. */
  outcomes: Readonly<Record<SearchOutcome, number>>;
}

/** All outcomes. */
export const searchOutcomes = ["found", "nothing", "expired", "failed"] as const satisfies readonly SearchOutcome[];

/** How many of a search's recordings need nothing more. */
export function searchedOf({ outcomes }: Pick<PersonSearch, "outcomes">): number {
  return searchOutcomes.reduce((sum, outcome) => sum + outcomes[outcome], 0);
}

/** Whether a recording shows a part of the range's time. */
export function isInRange(
  { start, durationMs }: Pick<Recording, "start" | "durationMs">,
  { from, to }: Pick<SearchRange, "from" | "to">,
): boolean {
  if (start === undefined || durationMs === undefined) return false;
  const startMs = Date.parse(start);
  return (
    (from === undefined || startMs + durationMs > Date.parse(from)) && (to === undefined || startMs < Date.parse(to))
  );
}
