import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Channel, ChannelState } from "../domain/model.ts";
import { oneOf, optionalText, text, type Item } from "./item.ts";
import { createTable } from "./table.ts";

/** What an event says about a channel; what it does not say stays. */
export interface ChannelChange {
  state?: ChannelState;
  live?: boolean;
  /** When the channel began to run, ISO 8601 UTC. */
  startedAt?: string;
  /** Time of the event, ISO 8601 UTC: a change older than the newest one known of the same attribute is dropped. */
  at: string;
}

/** The channels' status rows. */
export interface Channels {
  /** Notes a change. Answers the row as it is now. */
  change(id: string, change: ChannelChange): Promise<Channel>;
  /** Notes that a recording of `broadcast` exists; an older broadcast than the known one changes nothing. */
  sawBroadcast(id: string, broadcast: string): Promise<void>;
  /** A channel's status; idle when nothing was noted yet. */
  get(id: string): Promise<Channel>;
  /** All channels of which anything was noted, by id. */
  list(): Promise<Channel[]>;
}

const partition = "CHANNELS";
const states: readonly ChannelState[] = ["idle", "starting", "running", "stopping", "failed"];

/** The channels part of the catalogue. */
export function createChannels(options: { client: DynamoDBDocumentClient; table: string }): Channels {
  const table = createTable(options);
  const keyOf = (id: string): { pk: string; sk: string } => ({ pk: partition, sk: `CHANNEL#${id}` });
  const get = async (id: string): Promise<Channel> => channelOf((await table.get(keyOf(id))) ?? {}, id);

  return {
    get,

    async change(id, { at, ...change }) {
      for (const [name, value] of Object.entries(change)) {
        // Events may overtake each other; each attribute keeps what the newest event said of it.
        await table.update(keyOf(id), {
          update: "SET #value = :value, #at = :at, id = :id",
          condition: "attribute_not_exists(#at) OR #at <= :at",
          names: { "#value": name, "#at": `${name}NotedAt` },
          values: { ":value": value, ":at": at, ":id": id },
        });
      }
      return get(id);
    },

    async sawBroadcast(id, broadcast) {
      await table.update(keyOf(id), {
        update: "SET broadcast = :broadcast, id = :id",
        condition: "attribute_not_exists(broadcast) OR broadcast < :broadcast",
        values: { ":broadcast": broadcast, ":id": id },
      });
    },

    async list() {
      return (await table.partition(partition)).map((item) => channelOf(item, text(item, "id")));
    },
  };
}

function channelOf(item: Item, id: string): Channel {
  return {
    id,
    state: item["state"] === undefined ? "idle" : oneOf(item, "state", states),
    live: item["live"] === true,
    broadcast: optionalText(item, "broadcast"),
    startedAt: optionalText(item, "startedAt"),
  };
}
