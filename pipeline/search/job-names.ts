import { createHash } from "node:crypto";
import type { PersonSearch } from "../../domain/person-search.ts";

const suffix = "/search";

/** The tag of a search's jobs, which sets their completion messages apart from those of a recording's own analysis. */
export function searchTag(recording: string): string {
  return `${recording}${suffix}`;
}

/** Whether the job with this tag belongs to a search. */
export function isSearchTag(tag: string): boolean {
  return tag.endsWith(suffix);
}

/**
 * The ClientRequestToken of a search's job: the same call again finds the same job. A hash, since ids of recording and
 * person don't fit into the 64 characters together.
 */
export function searchToken({ person, run }: PersonSearch, recording: string, letter: string): string {
  return createHash("sha256").update(`${person} ${run} ${recording} ${letter}`).digest("hex");
}
