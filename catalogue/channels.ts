import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Channel, ChannelState } from "../domain/model.ts";
import type { NoInput } from "../domain/no-input.ts";
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
  /** MediaLive's id of the alert, the same when it is set and when it is cleared. */
  alarm?: string | undefined;
  /** Time of the event, ISO 8601 UTC. */
  at: string;
}

/**
 * The channels' status rows. Events may overtake each other: what a newer event said stays. Their times have whole
 * seconds only; within one second, a run's later state is the newer one, so is the clearing of an alert than its
 * setting, and the setting of one alert than the clearing of another.
 */
export interface Channels {
  /** Notes a change of state. Answers the row as it is now. */
  changeState(id: string, change: StateChange): Promise<Channel>;
  /** Notes whether input arrives. Answers the row as it is now. */
  changeInput(id: string, change: InputChange): Promise<Channel>;
  /** Notes that MediaLive had input at this time, ISO 8601 UTC, as far as its events and recordings prove. */
  sawInput(id: string, at: string): Promise<void>;
  /** Notes that a recording of `broadcast` exists; an older broadcast than the known one changes nothing. */
  sawBroadcast(id: string, broadcast: string): Promise<void>;
  /**
   * The latest time without input of a pipeline, if both of its events are known, or it lasts; undefined when there was
   * none, or an event is missing.
   */
  noInput(id: string, pipeline: "0" | "1"): Promise<NoInput | undefined>;
  /** Up to which key the channel's archive was compared with the catalogue; undefined when it never was. */
  comparedTo(id: string): Promise<string | undefined>;
  /** Notes that the archive was compared up to `key`; never goes back. */
  compared(id: string, key: string): Promise<void>;
  /** A channel's status; idle when nothing was noted yet. */
  get(id: string): Promise<Channel>;
  /** All channels with a status row, by id. */
  list(): Promise<Channel[]>;
}

const partition = "CHANNELS";
/** In the order in which a run goes through them: what follows within the same second is the newer one. */
const states: readonly ChannelState[] = ["starting", "running", "stopping", "idle", "failed"];

/** The channels part of the catalogue. */
export function createChannels(options: { client: DynamoDBDocumentClient; table: string }): Channels {
  const table = createTable(options);
  const keyOf = (id: string): Key => ({ pk: partition, sk: `CHANNEL#${id}` });
  const get = async (id: string): Promise<Channel> => channelOf((await table.get(keyOf(id))) ?? {}, id);

  const changeInput: Channels["changeInput"] = async (id, { pipeline, lost, alarm = "", at }) => {
    await table.update(keyOf(id), {
      update: `SET #lost = :lost, #at = :at, #alarm = :alarm, id = :id${lost ? ", #since = :at, #set = :alarm" : ""}`,
      // In one second: a clearing follows the setting of the same alert, and a setting the clearing of another.
      condition:
        "attribute_not_exists(#at) OR #at < :at OR (#at = :at AND " +
        `${lost ? "#alarm <> :alarm" : "#alarm = :alarm"})`,
      names: {
        "#lost": `lost${pipeline}`,
        "#at": `lost${pipeline}At`,
        "#alarm": `lost${pipeline}Alarm`,
        // The setting and its alert, which stay known when it is cleared.
        ...(lost && { "#since": `lost${pipeline}Since`, "#set": `lost${pipeline}SinceAlarm` }),
      },
      values: { ":lost": lost, ":at": at, ":alarm": alarm, ":id": id },
    });
    return get(id);
  };

  return {
    get,
    changeInput,

    async changeState(id, { state, pipelines, at }) {
      const rank = states.indexOf(state);
      const names = { "#state": "state" };
      const values = { ":state": state, ":rank": rank, ":pipelines": pipelines, ":at": at, ":id": id };
      const changed = await table.update(keyOf(id), {
        update:
          "SET #state = :state, stateRank = :rank, pipelines = :pipelines, stateAt = :at, id = " +
          `:id${state === "running" ? ", startedAt = :at" : ""}`,
        condition:
          "attribute_not_exists(stateAt) OR (#state <> :state AND (stateAt < :at OR (stateAt = :at AND " +
          "stateRank < :rank)))",
        names,
        values,
      });
      if (changed === undefined) {
        // The same state again, with another number of pipelines: not a new start.
        await table.update(keyOf(id), {
          update: "SET pipelines = :pipelines, stateAt = :at, id = :id",
          condition: "stateAt <= :at AND #state = :state",
          names,
          values: { ":state": state, ":pipelines": pipelines, ":at": at, ":id": id },
        });
        if (state !== "running") {
          // Late: it was over between two times that it ran, so what looked like one run began with the second.
          await table.update(keyOf(id), {
            update: "SET startedAt = stateAt",
            condition: "#state = :running AND startedAt <= :at AND stateAt > :at",
            names,
            values: { ":running": "running", ":at": at },
          });
        }
      }
      if (state === "idle" || state === "starting") {
        // An alert of the run that is over says nothing of the next one: if it is still set, it ends here.
        const row = (await table.get(keyOf(id))) ?? {};
        for (const pipeline of ["0", "1"] as const) {
          const alarm = row[`lost${pipeline}`] === true ? optionalText(row, `lost${pipeline}Alarm`) : undefined;
          await changeInput(id, { pipeline, lost: false, alarm, at });
        }
      }
      return get(id);
    },

    async sawInput(id, at) {
      await table.update(keyOf(id), {
        update: "SET inputAt = :at, id = :id",
        condition: "attribute_not_exists(inputAt) OR inputAt < :at",
        values: { ":at": at, ":id": id },
      });
    },

    async sawBroadcast(id, broadcast) {
      await table.update(keyOf(id), {
        update: "SET broadcast = :broadcast, id = :id",
        condition: "attribute_not_exists(broadcast) OR broadcast < :broadcast",
        values: { ":broadcast": broadcast, ":id": id },
      });
    },

    async noInput(id, pipeline) {
      const row = (await table.get(keyOf(id))) ?? {};
      const lost = `lost${pipeline}`;
      const since = optionalText(row, `${lost}Since`);
      // Another alert was cleared than was set: when its input was gone is not known.
      if (since === undefined || row[`${lost}Alarm`] !== row[`${lost}SinceAlarm`]) return undefined;
      const fromMs = Date.parse(since);
      const at = text(row, `${lost}At`);
      // It lasts, or it lasted until the channel stopped, after which nothing is recorded.
      const isOpen = row[lost] === true || (row["state"] === "idle" && row["stateAt"] === at);
      return isOpen ? { fromMs } : { fromMs, toMs: Date.parse(at) };
    },

    async comparedTo(id) {
      return optionalText((await table.get(keyOf(id))) ?? {}, "comparedTo");
    },

    async compared(id, key) {
      await table.update(keyOf(id), {
        update: "SET comparedTo = :key, id = :id",
        condition: "attribute_not_exists(comparedTo) OR comparedTo < :key",
        values: { ":key": key, ":id": id },
      });
    },

    async list() {
      return (await table.partition(partition)).map((item) => channelOf(item, text(item, "id")));
    },
  };
}

/** The channel in an item; idle when the item is empty. */
export function channelOf(item: Item, id: string): Channel {
  const state = item["state"] === undefined ? "idle" : oneOf(item, "state", states);
  const startedAt = optionalText(item, "startedAt");
  const lostAt = ["0", "1"].flatMap((pipeline) =>
    item[`lost${pipeline}`] === true ? [text(item, `lost${pipeline}At`)] : [],
  );
  const hadInput = startedAt !== undefined && startedAt <= (optionalText(item, "inputAt") ?? "");
  const live = state === "running" && hadInput && lostAt.length < Math.max(1, optionalNumber(item, "pipelines") ?? 1);
  return {
    id,
    state,
    live,
    hadInput,
    broadcast: optionalText(item, "broadcast"),
    startedAt,
    // A run begins without input at the earliest when it begins.
    idleSince: state === "running" && !live ? [startedAt ?? "", ...lostAt].sort().at(-1) : undefined,
  };
}
