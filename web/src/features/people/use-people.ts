import { useServices } from "../../shared/services.ts";
import { usePolled } from "../../shared/use-polled.ts";
import type { Person } from "../../api/types.ts";

const REFRESH_MS = 30_000;

/**
 * The watch list, kept up to date. Call refresh after a change (a new clip, an edit).
 *
 * @param broadcast the id of the broadcast whose clips are counted; all are if undefined. Null loads nothing yet.
 */
export function usePeople(broadcast: string | null | undefined): {
  people: readonly Person[] | undefined;
  refresh: () => void;
} {
  const { api } = useServices();
  const { value, refresh } = usePolled(
    broadcast === undefined ? "" : broadcast,
    (signal) => api.people(signal, broadcast ?? undefined),
    () => REFRESH_MS,
    // Clips are counted.
    { concerns: ({ type }) => type.startsWith("person.") || type.startsWith("clip.") },
  );
  return { people: value?.items, refresh };
}
