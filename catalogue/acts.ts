import { randomUUID } from "node:crypto";
import { CatalogueError } from "./errors.ts";
import { itemOf, number, oneOf, text, type Item } from "./item.ts";
import type { Key, Table } from "./table.ts";

/** What an editor did, as far as it takes to take it back. */
export type Act =
  | {
      kind: "review" | "delete";
      /** The clip's id. */
      clip: string;
      /** The decision's item before; absent if there was none. */
      before?: Item | undefined;
    }
  | {
      kind: "unmark";
      /** The id of the mark, or of its clip, that was deleted. */
      id: string;
      /** The mark's item. */
      mark: Item;
    }
  | {
      kind: "merge";
      /** The id that was merged into another. */
      person: string;
    };

/** The acts of the last hour. */
export interface Acts {
  /** Notes an act before it is done. Answers the id with which it can be taken back. */
  note(act: Act): Promise<string>;
  /** Throws `undo-not-found` and, after an hour, `undo-expired`. */
  find(id: string): Promise<Act>;
}

const form = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** How long an act can be taken back. */
const undoableMs = 3600_000;

/** The acts part of the catalogue. `now` is the clock, in milliseconds since the epoch. */
export function createActs({ table, now }: { table: Table; now: () => number }): Acts {
  const keyOf = (id: string): Key => ({ pk: `ACT#${id}`, sk: "ACT" });
  return {
    async note(act) {
      const id = randomUUID();
      // DynamoDB deletes expired items within days, and shows them until then:
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
      await table.put({ ...keyOf(id), ...act, expiresAt: Math.floor((now() + undoableMs) / 1000) });
      return id;
    },

    async find(id) {
      const item = form.test(id) ? await table.get(keyOf(id)) : undefined;
      if (item === undefined)
        throw new CatalogueError("undo-not-found", `There is no act "${id}", or it is too old to be taken back`);
      if (number(item, "expiresAt") * 1000 <= now())
        throw new CatalogueError("undo-expired", "The act is more than an hour old and can't be taken back");
      const kind = oneOf(item, "kind", ["review", "delete", "unmark", "merge"] as const);
      if (kind === "merge") return { kind, person: text(item, "person") };
      if (kind === "unmark") return { kind, id: text(item, "id"), mark: itemOf(item["mark"]) };
      const before = item["before"];
      return { kind, clip: text(item, "clip"), ...(before !== undefined && { before: itemOf(before) }) };
    },
  };
}
