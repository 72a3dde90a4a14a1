import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Channel, ChannelState } from "../domain/model.ts";
import { oneOf, optionalNumber, optionalText, text, type Item } from "./item.ts";
import { createTable, type Key } from "./table.ts";

/** An event about a channel as a whole. */
export interface StateChange {
  state: ChannelState;
  /** How many of its pipelines run, 0–2. */
  pipelines: number;
  /** Time of the event, ISO 8601 UTC. */
  at: string;
}

/** An event about what a pipeline of the channel receives. */
export interface InputChange {
  pipeline: "0" | "1";
  /** Whether no picture arrives. */
  lost: boolean;
  /** Time of the event, ISO 8601 UTC. */
  at: string;
}

/** The channels' status rows. Events may overtake each other: what a newer event said stays. */
export interface Channels {
  /** Notes a change of state. Answers the row as it is now. */
  changeState(id: string, change: StateChange): Promise<Channel>;
  /** Notes whether input arrives. Answers the row as it is now. */
  changeInput(id: string, change: InputChange): Promise<Channel>;
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
  const keyOf = (id: string): Key => ({ pk: partition, sk: `CHANNEL#${id}` });
  const get = async (id: string): Promise<Channel> => channelOf((await table.get(keyOf(id))) ?? {}, id);

  const changeInput: Channels["changeInput"] = async (id, { pipeline, lost, at }) => {
    await table.update(keyOf(id), {
      update: "SET #lost = :lost, #at = :at, id = :id",
      condition: "attribute_not_exists(#at) OR #at <= :at",
      names: { "#lost": `lost${pipeline}`, "#at": `lost${pipeline}At` },
      values: { ":lost": lost, ":at": at, ":id": id },
    });
    return get(id);
  };

  return {
    get,
    changeInput,

    async changeState(id, { state, pipelines, at }) {
      const names = { "#state": "state" };
      const values = { ":state": state, ":pipelines": pipelines, ":at": at, ":id": id };
      const changed = await table.update(keyOf(id), {
        update: `SET #state = :state, pipelines = :pipelines, stateAt = :at, id = :id${state === "running" ? ", startedAt = :at" : ""}`,
        condition: "attribute_not_exists(stateAt) OR (stateAt <= :at AND #state <> :state)",
        names,
        values,
      });
      if (changed === undefined) {
        // The same state again, with another number of pipelines: not a new start.
        await table.update(keyOf(id), {
          update: "SET pipelines = :pipelines, stateAt = :at, id = :id",
          condition: "stateAt <= :at AND #state = :state",
          names,
          values,
        });
      }
      if (state === "idle") {
        // An alert of the run that is over says nothing of the next one.
        for (const pipeline of ["0", "1"] as const) await changeInput(id, { pipeline, lost: false, at });
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
  const state = item["state"] === undefined ? "idle" : oneOf(item, "state", states);
  const lost = [item["lost0"], item["lost1"]].filter((value) => value === true).length;
  return {
    id,
    state,
    live: state === "running" && lost < Math.max(1, optionalNumber(item, "pipelines") ?? 1),
    broadcast: optionalText(item, "broadcast"),
    startedAt: optionalText(item, "startedAt"),
  };
}
