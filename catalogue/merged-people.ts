import type { Face, Person } from "../domain/model.ts";
import { entries, itemOf, number, optionalText, text, type Item } from "./item.ts";

/**
 * The people whom these rows of the watch list describe. Rows that were merged into another are one person with it: it
 * has their faces and, if it has none of its own, their celebrity.
 */
export function peopleOf(items: readonly Item[]): Person[] {
  const rows = new Map(items.map((item) => [text(item, "id"), item]));
  const groups = Map.groupBy(rows.keys(), (id) => personIn(rows, id));
  return [...groups].map(([id, ids]) => {
    const own = rows.get(id)!;
    const former = ids.filter((other) => other !== id).sort();
    const all = [own, ...former.map((other) => rows.get(other)!)];
    const celebrity = all.find((row) => row["celebrity"] !== undefined) ?? own;
    return {
      id,
      name: text(own, "name"),
      celebrity: optionalText(celebrity, "celebrity"),
      celebrityId: optionalText(celebrity, "celebrityId"),
      faces: facesOf(all),
      ...(former.length > 0 && { formerIds: former }),
    };
  });
}

/**
 * Who an entry is now. Two entries that were merged into each other at the same moment are the one whose id comes
 * first.
 * An entry that was merged into someone who no longer exists is itself.
 */
function personIn(rows: ReadonlyMap<string, Item>, id: string): string {
  const path = [id];
  for (;;) {
    const into = optionalText(rows.get(path.at(-1)!)!, "mergedInto");
    if (into === undefined || !rows.has(into)) return path.at(-1)!;
    const circle = path.indexOf(into);
    if (circle >= 0) return path.slice(circle).sort()[0]!;
    path.push(into);
  }
}

/** The faces in these rows, oldest first. */
function facesOf(rows: readonly Item[]): Face[] {
  return rows
    .flatMap((row) => entries(row, "faces"))
    .sort(([, a], [, b]) => number(a, "addedAtMs") - number(b, "addedAtMs"))
    .map(([id, face]) => {
      const box = itemOf(face["box"]);
      return {
        id,
        box: {
          left: number(box, "left"),
          top: number(box, "top"),
          width: number(box, "width"),
          height: number(box, "height"),
        },
        quality: number(face, "quality"),
      };
    });
}
