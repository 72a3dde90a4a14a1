import { useEffect, useState } from "preact/hooks";
import { ApiProblem } from "../../api/problem.ts";
import type { Person } from "../../api/types.ts";
import { type Place, go } from "../../shared/location.ts";
import { useServices } from "../../shared/services.ts";

/**
 * The ids in the address that nobody has, once that is known. An id that was merged into another entry is replaced in
 * the address by that entry's.
 */
export function useUnknownPeople(people: readonly Person[] | undefined, place: Place): readonly string[] {
  const { api } = useServices();
  const [unknown, setUnknown] = useState<readonly string[]>([]);
  const listed = people === undefined ? undefined : new Set(people.map(({ id }) => id));
  const asked = listed === undefined ? [] : place.people.filter((id) => !listed.has(id));

  useEffect(() => {
    const controller = new AbortController();
    for (const id of asked) {
      api.person(id, controller.signal).then(
        (person) => {
          if (person.id === id) return;
          const others = place.people.filter((other) => other !== id && other !== person.id);
          go({ ...place, people: [...others, person.id] }, "replace");
        },
        (error: unknown) => {
          // 400: nothing that an id can be.
          if (error instanceof ApiProblem && [400, 404].includes(error.status)) setUnknown((before) => [...before, id]);
        },
      );
    }
    return () => controller.abort();
  }, [asked.join()]);

  return asked.filter((id) => unknown.includes(id));
}
