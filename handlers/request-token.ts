import type { Recording } from "../domain/model.ts";

/**
 * The ClientRequestToken of a recording's job: the same call again finds the job that the first one made. Letters, digits,
 * hyphens and underscores, at most 64. A recording that is tried again after it failed gets another token.
 */
export function requestToken(recording: Pick<Recording, "id" | "attempt">): string {
  return `${recording.id.replaceAll(".", "_")}_${recording.attempt}`;
}
