import type { Api } from "../../api/client.ts";
import type { Editing } from "../../api/editing.ts";
import { ApiProblem } from "../../api/problem.ts";
import type { Named, Photo } from "../../api/types.ts";

/** What came of following a face. */
export interface Followed {
  person: Named;
  photo: Photo;
  /** Whether the person was put on the list for it. */
  isNew: boolean;
}

/** Follows one face of a picture. After a failure, the next attempt goes on where that one ended. */
export interface Following {
  /** As someone new with this name. */
  follow: (name: string) => Promise<Followed>;
  /** As one more face of someone on the list. */
  addTo: (person: Named) => Promise<Followed>;
  /** Forgets whom an attempt put on the list, if their face wasn't added: without one, nobody can be found. */
  giveUp: () => Promise<void>;
}

/** Starts with nobody. `token` is the face's. */
export function createFollowing(
  api: Pick<Api, "createPerson" | "addFace"> & Pick<Editing, "deletePerson">,
  token: string,
): Following {
  let created: Named | undefined;

  const giveUp = async () => {
    const { id } = created ?? {};
    created = undefined;
    // Who stays for want of a network is listed as someone who needs a photo.
    if (id !== undefined) await api.deletePerson(id).catch(() => undefined);
  };
  const add = async (person: Named, isNew: boolean): Promise<Followed> => {
    const photo = await api.addFace(person.id, token);
    return { person, photo, isNew };
  };

  return {
    giveUp,
    follow: async (name) => {
      if (created !== undefined && created.name !== name) await giveUp();
      created ??= { id: (await api.createPerson({ name, celebrity: false })).id, name };
      try {
        const followed = await add(created, true);
        created = undefined;
        return followed;
      } catch (error) {
        if (isRefusal(error)) await giveUp();
        throw error;
      }
    },
    addTo: async (person) => {
      await giveUp();
      return await add(person, false);
    },
  };
}

/** Whether the face will be refused again. Otherwise it may even have been added, and only the answer was lost. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiProblem && [400, 404, 409, 413, 415, 422].includes(error.status);
}
