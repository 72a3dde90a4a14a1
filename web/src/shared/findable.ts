import type { Person } from "../api/types.ts";

/** Whether there is anything to recognise a person by. */
export function findable({ photos, celebrity, celebrityId }: Person): boolean {
  return photos > 0 || celebrity !== null || celebrityId !== null;
}
