import { itemOf, text } from "../../catalogue/item.ts";
import type { Table } from "../../catalogue/table.ts";
import { firstStreamIdAt, streamId, timeOfStreamId } from "../../domain/stream-id.ts";
import { keptMs, mostMissed, pushSeconds } from "../../domain/stream-limits.ts";

/** What clients get of a change: its own id is replaced by one that tells the order. */
export interface Message extends Record<string, unknown> {
  id: string;
}

/** The last hour's messages, for clients that were away. */
export interface Messages {
  /** Gives a message its id and keeps it. */
  add(content: Record<string, unknown>): Promise<Message>;
  /**
   * The messages since the one with this id, in order; some before it come again. Undefined if they are not all here:
   * the id is older than an hour or none of ours, or they are too many.
   */
  after(id: string | undefined): Promise<Message[] | undefined>;
  /** Whether the change with this id was pushed before: events may be delivered more than once. */
  wasPushed(change: string): Promise<boolean>;
  setPushed(change: string): Promise<void>;
}

const partition = "MESSAGES";
const pushedKey = (change: string) => ({ pk: `PUSHED#${change}`, sk: "PUSHED" });

/** The messages in the stream's table. */
export function createMessages({ table, now }: { table: Table; now: () => number }): Messages {
  const expiresAt = (): number => Math.ceil((now() + keptMs) / 1000) + pushSeconds;
  return {
    async add(content) {
      const message = { ...content, id: streamId(now()) };
      await table.put({ pk: partition, sk: message.id, message, expiresAt: expiresAt() });
      return message;
    },

    async after(id) {
      const since = id === undefined ? undefined : timeOfStreamId(id);
      if (id === undefined || since === undefined || since < now() - keptMs || since > now() + pushSeconds * 1000)
        return undefined;
      const { items } = await table.query({
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk AND sk > :first",
        ExpressionAttributeValues: { ":pk": partition, ":first": firstStreamIdAt(since - pushSeconds * 1000) },
        Limit: mostMissed + 2,
      });
      const missed = items.map((item) => itemOf(item["message"])).map((item) => ({ ...item, id: text(item, "id") }));
      const others = missed.filter((message) => message.id !== id);
      return others.length > mostMissed ? undefined : others;
    },

    wasPushed: async (change) => (await table.get(pushedKey(change))) !== undefined,
    async setPushed(change) {
      await table.put({ ...pushedKey(change), expiresAt: expiresAt() });
    },
  };
}
