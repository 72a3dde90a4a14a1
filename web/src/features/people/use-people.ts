import { useServices } from "../../app/services.ts";
import { usePolled } from "../../app/use-polled.ts";
import type { Person } from "../../api/types.ts";

const IDLE_MS = 30_000;
const ACTIVE_MS = 6_000;

/** The watch list, kept fresh. `active`: clips may be coming, so the counts change. */
export function usePeople(active: boolean): { people: readonly Person[] | undefined; refresh: () => void } {
  const { api } = useServices();
  const { value, refresh } = usePolled("people", (signal) => api.people(signal), () => (active ? ACTIVE_MS : IDLE_MS));
  return { people: value?.items, refresh };
}
