import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createClipCounts } from "./clip-counts.ts";
import { text, type Item } from "./item.ts";
import { momentsPartition } from "./moment-keys.ts";
import { statesOf } from "./subject-states.ts";
import { createTable, type Key } from "./table.ts";

/** An event of the match that was marked or detected. */
export interface CountedEvent {
  /** See `eventId`. */
  id: string;
  /** As it was written when it first happened. */
  name: string;
  /** Number of clips, without rejected ones. A clip of the last moments may not be counted yet. */
  clips: number;
}

/** The events that clips are about: the labels that a list of clips can be filtered by. */
export interface Events {
  /** Notes that there is such an event; the first name stays. */
  add(event: { id: string; name: string }): Promise<void>;
  /** Those of which there are clips, by name. */
  list(): Promise<CountedEvent[]>;
  /** Notes that the number of an event's clips in a broadcast changed. */
  clipsChanged(id: string, broadcast: { channel: string; broadcast: string }): Promise<void>;
}

const partition = "EVENTS";
const eventKey = (id: string): Key => ({ pk: partition, sk: `EVENT#${id}` });

/** The events part of the catalogue. `now` is the clock, in milliseconds since the epoch. */
export function createEvents(options: { client: DynamoDBDocumentClient; table: string; now?: () => number }): Events {
  const table = createTable(options);
  const { now = Date.now } = options;
  const counts = createClipCounts({ table, rowKey: eventKey, states: (id) => statesOf(table, id), now });

  const counted = async (row: Item): Promise<CountedEvent> => ({
    id: text(row, "id"),
    name: text(row, "name"),
    clips: await counts.of(row),
  });

  return {
    async add({ id, name }) {
      await table.put({ ...eventKey(id), id, name }, { condition: "attribute_not_exists(pk)" });
    },

    async list() {
      const events = await Promise.all((await table.partition(partition)).map(counted));
      return events
        .filter(({ clips }) => clips > 0)
        .sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
    },

    clipsChanged: (id, { channel, broadcast }) => counts.settle(id, momentsPartition(channel, broadcast, id)),
  };
}
