import type { Named } from "../../api/types.ts";
import type { Place } from "../../shared/location.ts";

/** Where someone's moments are listed. */
export function momentsOf({ id }: Named, place: Place): Place {
  return { ...place, people: [id], clip: null, play: undefined, review: undefined };
}
