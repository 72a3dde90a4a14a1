import type { JobKind, Recording } from "../domain/model.ts";

/**
 * The ClientRequestToken of a recording's job: the same call again finds the job that the first one made. Letters,
 * digits, hyphens and underscores, at most 64: so the kind of job is one letter. A recording that is tried again after
 * it failed gets another token.
 */
export function requestToken(recording: Pick<Recording, "id" | "attempt">, kind: JobKind): string {
  return `${recording.id.replaceAll(".", "_")}_${recording.attempt}${letters[kind]}`;
}

/** A token belongs to one request: two kinds of job of one recording must not share it. */
const letters = { convert: "v", faces: "f", celebrities: "c" } as const satisfies Record<JobKind, string>;
