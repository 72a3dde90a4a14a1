import { type Api, type ReelFilter, decoded, json, query } from "./client.ts";
import { type Guard, isExport, pageOf, shaped } from "./decode.ts";
import type { Event, Export, Forgotten, LookAlike, Mark, Page } from "./types.ts";

/** Calls for editors only: they come with the parts of the page that make them, which viewers never load. */
export interface Editing {
  /** Answers what was deleted with the person. */
  deletePerson: (id: string) => Promise<Forgotten>;
  /** Who on the watch list may be the same person, most similar first. */
  lookAlikes: (person: string) => Promise<Page<LookAlike>>;
  /** Asks for one file of all moments of a filter; asking again answers the same export. */
  exportReel: (filter: ReelFilter, aspect?: "9:16") => Promise<Export>;
  /** The events that there are clips of. */
  events: (signal?: AbortSignal) => Promise<Page<Event>>;
  /** Marks what happened at a time. `isNew`: it wasn't marked before. */
  mark: (channel: string, label: string, at: string) => Promise<{ mark: Mark; isNew: boolean }>;
  deleteMark: (id: string) => Promise<void>;
}

/** The calls for editors. */
export function editing({ send }: Pick<Api, "send">): Editing {
  return {
    deletePerson: async (id) => await decoded(await send("DELETE", `/people/${encodeURIComponent(id)}`), isForgotten),
    lookAlikes: async (person) =>
      await decoded(await send("GET", `/people/${encodeURIComponent(person)}/look-alikes`), pageOf(isLookAlike)),
    exportReel: async ({ person = [], channel, broadcast }, aspect) => {
      const body = json({ ...(person.length > 0 && { person }), channel, broadcast });
      return await decoded(await send("POST", `/exports${query({ aspect })}`, body), isExport);
    },
    events: async (signal) => await decoded(await send("GET", "/events", { signal }), pageOf(isEvent)),
    mark: async (channel, label, at) => {
      const response = await send("POST", `/channels/${encodeURIComponent(channel)}/marks`, json({ label, at }));
      return { mark: await decoded(response, isMark), isNew: response.status === 201 };
    },
    deleteMark: async (id) => {
      await send("DELETE", `/marks/${encodeURIComponent(id)}`);
    },
  };
}

const isMark: Guard<Mark> = (value): value is Mark => shaped(value, { id: "string", subject: "object" });

const isEvent: Guard<Event> = (value): value is Event =>
  shaped(value, { id: "string", name: "string", clips: "number" });

const isLookAlike: Guard<LookAlike> = (value): value is LookAlike =>
  shaped(value, { id: "string", name: "string", similarity: "number" });

const isForgotten: Guard<Forgotten> = (value): value is Forgotten =>
  shaped(value, { faces: "number", clips: "number", broadcasts: "number" });
