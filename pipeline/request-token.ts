import type { Recording } from "../domain/model.ts";

/** Sets the conversion's tokens apart from the detectors', each of which has a letter of its own. */
export const conversionLetter = "v";

/**
 * The ClientRequestToken of a recording's job: the same call again finds the job that the first one made, and a
 * recording that is retried gets a new token. Letters, digits, hyphens and underscores, at most 64, so the kind of job
 * is one letter: two jobs of a recording must not share a token.
 */
export function requestToken({ id, attempt }: Pick<Recording, "id" | "attempt">, letter: string): string {
  return `${id.replaceAll(".", "_")}_${attempt}${letter}`;
}
