import { parseClipId } from "../domain/ids.ts";
import type { Acts } from "./acts.ts";
import { CatalogueError } from "./errors.ts";
import type { Item } from "./item.ts";
import { markOf } from "./mark-items.ts";
import type { Marks } from "./marks.ts";
import { decisionKeyOf } from "./moment-items.ts";
import { momentsPartition } from "./moment-keys.ts";
import type { Moments } from "./moments.ts";
import type { People } from "./people.ts";
import { keyOf, type Table } from "./table.ts";
import { unchanged } from "./unchanged.ts";

/** Takes back what editors did within the last hour. */
export interface Undo {
  /**
   * Takes an act back; twice is once. Answers what it was. Throws `undo-not-found`, `undo-expired`, and `undo-outdated`
   * when the same thing was changed again since.
   */
  undo(id: string): Promise<Undone>;
}

/** The act that was taken back. */
export interface Undone {
  kind: "review" | "delete" | "merge";
  /** The id of the clip or mark, or of the person who is their own entry again. */
  id: string;
}

/** The undo part of the catalogue. */
export function createUndo({
  table,
  acts,
  people,
  moments,
  marks,
}: {
  table: Table;
  acts: Acts;
  people: People;
  moments: Moments;
  marks: Pick<Marks, "restore">;
}): Undo {
  async function restore(id: string, clip: string, before: Item | undefined): Promise<void> {
    const name = parseClipId(clip);
    if (name === undefined) throw new TypeError(`"${clip}" is not a clip id`);
    const state = await table.get({ pk: momentsPartition(name.channel, name.broadcast, name.subject), sk: "STATE" });
    if (state === undefined) throw outdated("The person whom the clip showed has been forgotten since");
    const current = await table.get(decisionKeyOf(clip));
    if (current?.["act"] === id) {
      const done =
        before === undefined
          ? (await table.delete(keyOf(current), unchanged(current))) !== undefined
          : await table.put({ ...before, ...keyOf(before) }, unchanged(current));
      if (!done) throw outdated("The clip has been changed again since");
    } else if (current?.["act"] !== before?.["act"] || current?.["decidedAtMs"] !== before?.["decidedAtMs"])
      throw outdated("The clip has been changed again since");
    // Also when the decision was restored before: that call may have been cut off here.
    await moments.refresh(name, name.subject);
  }

  return {
    async undo(id) {
      const act = await acts.find(id);
      if (act.kind === "merge") {
        await people.unmerge(act.person, id);
        return { kind: act.kind, id: act.person };
      }
      if (act.kind === "unmark") {
        await marks.restore(markOf(act.mark));
        return { kind: "delete", id: act.id };
      }
      await restore(id, act.clip, act.before);
      return { kind: act.kind, id: act.clip };
    },
  };
}

function outdated(message: string): CatalogueError {
  return new CatalogueError("undo-outdated", message);
}
