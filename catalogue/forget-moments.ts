import { text, type Item } from "./item.ts";
import { momentsPartition } from "./moment-keys.ts";
import { keyOf, type Table } from "./table.ts";

/** What was stored of someone's moments. */
export interface ForgottenMoments {
  /** How many clips, rejected ones included. */
  clips: number;
  /** In how many broadcasts. */
  broadcasts: number;
}

/**
 * Deletes what is stored of a person's moments in the broadcasts of these states. What was given to others stays
 * theirs.
 */
export async function forgetMoments(table: Table, id: string, states: readonly Item[]): Promise<ForgottenMoments> {
  let clips = 0;
  for (const state of states) {
    const items = await table.partition(momentsPartition(text(state, "channel"), text(state, "broadcast"), id));
    for (const given of items.filter(is("GIVEN#"))) clips += await forgetGiven(table, id, given);
    const own = items.filter((item) => item["subject"] === undefined || item["subject"] === id);
    clips += own.filter(is("CLIP#")).length;
    // The state row goes last: while anything is left, it still leads here.
    await table.deleteAll(own.filter((item) => !is("STATE")(item)).map(keyOf));
    await table.deleteAll(own.filter(is("STATE")).map(keyOf));
  }
  return { clips, broadcasts: states.length };
}

/**
 * Deletes the clips that were given to the person. Of the decisions, it stays that they did not show who was
 * recognised.
 */
async function forgetGiven(table: Table, id: string, given: Item): Promise<number> {
  const pk = momentsPartition(text(given, "channel"), text(given, "broadcast"), text(given, "from"));
  const items = (await table.partition(pk)).filter((item) => item["subject"] === id);
  for (const decision of items.filter(is("DECISION#"))) {
    await table.update(keyOf(decision), {
      update: "SET verdict = :rejected REMOVE subject",
      condition: "subject = :id",
      values: { ":rejected": "rejected", ":id": id },
    });
  }
  const clips = items.filter(is("CLIP#"));
  await table.deleteAll(clips.map(keyOf));
  return clips.length;
}

function is(kind: string): (item: Item) => boolean {
  return (item) => text(item, "sk").startsWith(kind);
}
