import { useServices } from "../../shared/services.ts";
import { usePolled } from "../../shared/use-polled.ts";
import type { Person } from "../../api/types.ts";

const REFRESH_MS = 30_000;

/** The watch list, kept fresh. Whoever knows that it changed (a new clip, an edit) refreshes it. */
export function usePeople(): { people: readonly Person[] | undefined; refresh: () => void } {
  const { api } = useServices();
  const { value, refresh } = usePolled(
    "people",
    (signal) => api.people(signal),
    () => REFRESH_MS,
  );
  return { people: value?.items, refresh };
}
