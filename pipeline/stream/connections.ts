import type { Table } from "../../catalogue/table.ts";
import { text, number } from "../../catalogue/item.ts";

/** Who gets the stream: connections of the WebSocket API. */
export interface Connections {
  /** Ids of those that take messages. */
  all(): Promise<string[]>;
  /** Whether another one may come. */
  isFull(): Promise<boolean>;
  /**
   * From now on the connection gets every message; false if there are as many as may be. `connectedAtMs` is in
   * milliseconds since the epoch.
   */
  add(id: string, connectedAtMs: number): Promise<boolean>;
  remove(id: string): Promise<void>;
}

/**
 * API Gateway closes every connection at this age:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
const durationMs = 2 * 3_600_000;

const partition = "CONNECTIONS";

/** The connections in the stream's table. `atMost` may be exceeded by those that come at the same moment. */
export function createConnections({
  table,
  atMost,
  now,
}: {
  table: Table;
  atMost: number;
  now: () => number;
}): Connections {
  // DynamoDB deletes what has expired within days, so it is still there.
  const all: Connections["all"] = async () =>
    (await table.partition(partition))
      .filter((item) => number(item, "expiresAt") * 1000 > now())
      .map((item) => text(item, "sk"));
  const isFull: Connections["isFull"] = async () => (await all()).length >= atMost;
  return {
    all,
    isFull,
    async add(id, connectedAtMs) {
      const key = { pk: partition, sk: id };
      const known = await table.get(key);
      if (known !== undefined) return true;
      if (await isFull()) return false;
      await table.put({ ...key, expiresAt: Math.ceil((connectedAtMs + durationMs) / 1000) });
      return true;
    },
    async remove(id) {
      await table.delete({ pk: partition, sk: id });
    },
  };
}
