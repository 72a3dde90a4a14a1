import { personSlug } from "../domain/ids.ts";
import type { Person } from "../domain/model.ts";
import type { Acts } from "./acts.ts";
import { CatalogueError } from "./errors.ts";
import { optionalText, text, type Item } from "./item.ts";
import type { Key, Table } from "./table.ts";

/**
 * Merges of people. A merged entry keeps its row, and what is stored under its id stays where it is; readers take both
 * for one person (see `peopleOf`). So a merge is one write, which nothing can interrupt halfway.
 */
export interface Merges {
  /**
   * Makes two entries of the same human one: `into` stays, with the faces and clips of both. Answers who that is, and
   * the id of the act; again, the same. Throws `not-found`, and `same-person` for a person and themselves.
   */
  merge(id: string, into: string): Promise<{ person: Person; act: string }>;
  /** Takes the merge by this act back; twice is once. Throws `undo-outdated`. */
  unmerge(id: string, act: string): Promise<void>;
}

/** The merges of the watch list whose rows these are. */
export function createMerges({
  table,
  acts,
  rows,
  get,
  personKey,
}: {
  table: Table;
  acts: Acts;
  rows: () => Promise<Item[]>;
  get: (id: string) => Promise<Person | undefined>;
  personKey: (id: string) => Key;
}): Merges {
  return {
    async merge(id, into) {
      const row = await table.get(personKey(id));
      const [person, target] = [await get(id), await get(into)];
      if (row === undefined || person === undefined) throw notFound(id);
      if (target === undefined) throw notFound(into);
      const before = optionalText(row, "mergedInto");
      if (person.id === target.id) {
        if (before !== undefined) return { person, act: text(row, "mergedBy") };
        throw new CatalogueError("same-person", `"${id}" and "${into}" are the same person already`);
      }
      if (person.id !== id) throw notFound(id);
      const act = await acts.note({ kind: "merge", person: id });
      const flagged = await table.update(personKey(target.id), {
        update: "SET hasMerged = :yes",
        condition: "attribute_exists(pk)",
        values: { ":yes": true },
      });
      if (flagged === undefined) throw notFound(target.id);
      const merged = await table.update(personKey(id), {
        update: "SET mergedInto = :into, mergedBy = :act",
        // An entry whose other half is no more is itself, and can be merged again.
        condition:
          "attribute_exists(pk) AND " +
          (before === undefined ? "attribute_not_exists(mergedInto)" : "mergedInto = :before"),
        values: { ":into": target.id, ":act": act, ...(before !== undefined && { ":before": before }) },
      });
      if (merged === undefined) throw new CatalogueError("busy", `"${id}" is being merged by someone else; try again`);
      return { person: (await get(id)) ?? target, act };
    },

    async unmerge(id, act) {
      const all = await rows();
      const row = all.find((one) => one["id"] === id);
      if (row === undefined) throw outdated(`Person "${id}" has been forgotten since`);
      if (row["unmergedBy"] === act) return;
      if (row["mergedBy"] !== act) throw outdated(`Person "${id}" has been merged again since`);
      const slug = personSlug(text(row, "name"));
      if (all.some((one) => one["id"] !== id && personSlug(text(one, "name")) === slug))
        throw outdated(`Another person has the name "${text(row, "name")}" now; rename that one first`);
      await table.update(personKey(id), {
        update: "SET unmergedBy = :act REMOVE mergedInto, mergedBy",
        condition: "mergedBy = :act",
        values: { ":act": act },
      });
    },
  };
}

function notFound(id: string): CatalogueError {
  return new CatalogueError("not-found", `Person "${id}" does not exist`);
}

function outdated(message: string): CatalogueError {
  return new CatalogueError("undo-outdated", message);
}
