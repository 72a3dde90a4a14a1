import type { Searches } from "../catalogue/index.ts";
import type { Person } from "../domain/model.ts";
import type { PersonSearch, SearchRange } from "../domain/person-search.ts";
import type { SearchQueue } from "../pipeline/search/queue.ts";
import { ApiProblem } from "./problems.ts";

/** Searches for a person in what is archived already. */
export interface PersonSearches {
  /**
   * What a search would look at: recordings and their length. Throws `no-photo` for someone who can't be searched for,
   * `too-much-to-search`.
   */
  plan(person: Person, range: SearchRange): Promise<{ recordings: string[]; durationMs: number }>;
  /** Starts a search, or returns the running one with the same range. Throws as `plan` does, and `search-running`. */
  start(person: Person, range: SearchRange): Promise<PersonSearch>;
}

/** The most recordings of one search: 83 hours of one minute each, so that no slip costs more than that. */
const recordingsAtMost = 5000;

/** Searches, stored in the catalogue and advanced by the consumer of the queue. */
export function createPersonSearches({ searches, queue }: { searches: Searches; queue: SearchQueue }): PersonSearches {
  const plan: PersonSearches["plan"] = async ({ name, faces, celebrity }, range) => {
    if (faces.length === 0 && celebrity === undefined)
      throw new ApiProblem("no-photo", `${name} has no photo to search by. Add one first.`);
    const found = await searches.plan(range, recordingsAtMost);
    if (found.recordings.length > recordingsAtMost)
      throw new ApiProblem(
        "too-much-to-search",
        `There are more than ${recordingsAtMost} recordings. Narrow the search with channel, broadcast, from or to.`,
      );
    return found;
  };

  return {
    plan,

    async start(person, range) {
      const search =
        (await searches.start(person.id, range, await plan(person, range))) ?? (await searches.get(person.id));
      if (search === undefined) throw new ApiProblem("not-found", `The search for ${person.name} was just deleted.`);
      if (keyOf(search.range) !== keyOf(range))
        throw new ApiProblem(
          "search-running",
          `Another search for ${person.name} is running. Wait until it is done, or cancel it.`,
        );
      // Also for one that runs: if its first message was never sent, nothing else would start it.
      await queue.wake();
      return search;
    },
  };
}

function keyOf({ channel, broadcast, from, to }: SearchRange): string {
  return JSON.stringify([channel, broadcast, from, to]);
}
