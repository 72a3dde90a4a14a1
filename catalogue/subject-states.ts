import type { Item } from "./item.ts";
import type { Table } from "./table.ts";

/** The rows that lead to a subject's moments, one a broadcast. */
export async function statesOf(table: Table, subject: string): Promise<Item[]> {
  const states: Item[] = [];
  let from: Item | undefined;
  do {
    const page = await table.query({
      IndexName: "gsi1",
      KeyConditionExpression: "gsi1pk = :pk",
      ExpressionAttributeValues: { ":pk": `BROADCASTS#${subject}` },
      ExclusiveStartKey: from,
    });
    states.push(...page.items);
    from = page.last;
  } while (from !== undefined);
  return states;
}
