import type { Item } from "./item.ts";
import type { Update } from "./table.ts";

/** The condition that a decision's item is still as it was read; `undefined` stands for no item. */
export function unchanged(decision: Item | undefined): Omit<Update, "update"> {
  if (decision === undefined) return { condition: "attribute_not_exists(pk)" };
  const act = decision["act"];
  return {
    // Decisions from before acts were noted have none.
    condition: `decidedAtMs = :at AND ${act === undefined ? "attribute_not_exists(act)" : "act = :act"}`,
    values: { ":at": decision["decidedAtMs"], ...(act !== undefined && { ":act": act }) },
  };
}
