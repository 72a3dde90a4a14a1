import { useServices } from "../../shared/services.ts";
import { usePolled } from "../../shared/use-polled.ts";
import type { Person } from "../../api/types.ts";

const REFRESH_MS = 30_000;

/** The watch list, kept up to date. Call refresh after a change (a new clip, an edit). */
export function usePeople(): { people: readonly Person[] | undefined; refresh: () => void } {
  const { api } = useServices();
  const { value, refresh } = usePolled(
    "people",
    (signal) => api.people(signal),
    () => REFRESH_MS,
    // Clips are counted.
    { concerns: ({ type }) => type.startsWith("person.") || type.startsWith("clip.") },
  );
  return { people: value?.items, refresh };
}
