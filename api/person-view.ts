import type { Static } from "typebox";
import type { People } from "../catalogue/index.ts";
import type { Person } from "../domain/model.ts";
import { ApiProblem } from "./problems.ts";
import type { PersonSchema } from "./schemas/person.ts";

/** A person as the API returns them. */
export async function personView(people: People, person: Person): Promise<Static<typeof PersonSchema>> {
  const [view] = await personViews(people, [person]);
  return view!;
}

/**
 * People as the API returns them. The clips of those who were merged into a person are theirs. With a broadcast, only
 * those in it are counted.
 */
export async function personViews(
  people: People,
  list: readonly Person[],
  broadcast?: { channel: string; broadcast: string },
): Promise<Static<typeof PersonSchema>[]> {
  const idsOf = ({ id, formerIds = [] }: Person): string[] => [id, ...formerIds];
  const ids = list.flatMap(idsOf);
  const clips = await (broadcast === undefined ? people.countClips(ids) : people.countClipsIn(broadcast, ids));
  return list.map((person) => ({
    id: person.id,
    name: person.name,
    celebrity: person.celebrity ?? null,
    celebrityId: person.celebrityId ?? null,
    photos: person.faces.length,
    clips: idsOf(person).reduce((sum, id) => sum + (clips.get(id) ?? 0), 0),
  }));
}

/** The person of this id, to be changed. Throws `person-not-found`, also for an id that was merged into another. */
export async function requirePerson(people: People, id: string): Promise<Person> {
  const person = await people.get(id);
  if (person === undefined) throw noPerson(id);
  if (person.id !== id)
    throw new ApiProblem("person-not-found", `Person "${id}" was merged into "${person.id}". Use that id.`);
  return person;
}

/** The problem of someone who is not on the watch list. */
export function noPerson(id: string, code: "person-not-found" | "unknown-subject" = "person-not-found"): ApiProblem {
  return new ApiProblem(code, `Person "${id}" is not on the watch list.`);
}
