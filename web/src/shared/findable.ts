import type { Person } from "../api/types.ts";

/** Whether a person can be recognised: by photos or as a celebrity. */
export function findable({ photos, celebrity, celebrityId }: Person): boolean {
  return photos > 0 || celebrity !== null || celebrityId !== null;
}

/** Whether a person can be found only by their name, and hasn't been: where celebrities aren't recognised, never. */
export function needsRecognition({ photos, celebrity, celebrityId }: Person): boolean {
  return photos === 0 && celebrity !== null && celebrityId === null;
}
