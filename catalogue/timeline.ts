import type { RecordingName } from "../domain/ids.ts";
import type { Placement } from "../domain/model.ts";
import { placeRecording } from "../domain/placement.ts";
import { entries, number, presentNumbers, type Item } from "./item.ts";
import type { Key, Table } from "./table.ts";

/** Where the recordings of broadcasts are in time. */
export interface Timeline {
  /**
   * The recording's place in its broadcast: decided once, from its timecode, or from the neighbours that are known at
   * that moment.
   */
  place(recording: Placeable, durationMs: number): Promise<Placement>;
  /** Notes where the cuts of a placed recording are. */
  cut(name: RecordingName, cutsMs: readonly number[]): Promise<void>;
  /** Forgets where a recording is. */
  remove(name: RecordingName): Promise<void>;
  /** All places of a broadcast, by number. */
  of(channel: string, broadcast: string): Promise<Placement[]>;
}

/** What a recording's place follows from. */
export interface Placeable extends RecordingName {
  /** Time of the archive event, ISO 8601 UTC. */
  archivedAt: string;
  /** See `Recording`. */
  timeOfDayMs?: number | undefined;
}

/** So many recordings share an item: a channel may run for weeks, an item holds 400 KB. */
const placedPerItem = 250;

/** The timeline part of the catalogue. */
export function createTimeline(table: Table): Timeline {
  const place: Timeline["place"] = async (recording, durationMs) => {
    const { channel, broadcast, archivedAt, timeOfDayMs } = recording;
    const name = { channel, broadcast, number: recording.number };
    const key = timelineKey(name);
    await table.put({ ...key, placed: {} }, { condition: "attribute_not_exists(pk)" });
    for (;;) {
      const [previous, own, next] = await Promise.all(
        [-1, 0, 1].map((step) => placement({ ...name, number: name.number + step })),
      );
      if (own !== undefined) return own;
      const placed = placeRecording(
        { number: name.number, archivedAtMs: Date.parse(archivedAt), durationMs, timeOfDayMs },
        { previous, next },
      );
      // If a neighbour was placed meanwhile, look again: two that are placed at once must still abut. (A neighbour in
      // the next item can't be in the condition; there, two at once are off by the difference of their events' delays.)
      const exists = (neighbour: Placement | undefined): string =>
        neighbour === undefined ? "attribute_not_exists" : "attribute_exists";
      const inItem = (number: number): boolean => timelineKey({ ...name, number }).sk === key.sk;
      const [before, after] = [inItem(name.number - 1), inItem(name.number + 1)];
      const done = await table.update(key, {
        update: "SET placed.#own = :placement",
        condition: [
          "attribute_not_exists(placed.#own)",
          ...(before ? [`${exists(previous)}(placed.#previous)`] : []),
          ...(after ? [`${exists(next)}(placed.#next)`] : []),
        ].join(" AND "),
        names: {
          "#own": String(name.number),
          ...(before && { "#previous": String(name.number - 1) }),
          ...(after && { "#next": String(name.number + 1) }),
        },
        values: {
          ":placement": { startMs: placed.startMs, durationMs, ...(placed.isExact === true && { isExact: true }) },
        },
      });
      if (done !== undefined) return placed;
    }
  };

  async function placement(name: RecordingName): Promise<Placement | undefined> {
    return placementsOf((await table.get(timelineKey(name))) ?? {}).find(({ number }) => number === name.number);
  }

  return {
    place,
    async cut(name, cutsMs) {
      const [first, last] = [cutsMs[0], cutsMs.at(-1)];
      await table.update(timelineKey(name), {
        ...(first === undefined
          ? { update: "REMOVE placed.#own.firstCutMs, placed.#own.lastCutMs" }
          : {
              update: "SET placed.#own.firstCutMs = :first, placed.#own.lastCutMs = :last",
              values: { ":first": first, ":last": last },
            }),
        condition: "attribute_exists(placed.#own)",
        names: { "#own": String(name.number) },
      });
    },
    async remove(name) {
      await table.update(timelineKey(name), {
        update: "REMOVE placed.#own",
        condition: "attribute_exists(placed.#own)",
        names: { "#own": String(name.number) },
      });
    },
    of: async (channel, broadcast) =>
      (await table.partition(broadcastPartition(channel, broadcast), "TIMELINE#")).flatMap(placementsOf),
  };
}

/** The partition with the recordings and the timeline of a broadcast. */
export function broadcastPartition(channel: string, broadcast: string): string {
  return `BROADCAST#${channel}.${broadcast}`;
}

function timelineKey({ channel, broadcast, number }: RecordingName): Key {
  return {
    pk: broadcastPartition(channel, broadcast),
    sk: `TIMELINE#${String(Math.floor(number / placedPerItem)).padStart(4, "0")}`,
  };
}

function placementsOf(item: Item): Placement[] {
  return entries(item, "placed")
    .map(([key, value]) => ({
      number: Number(key),
      startMs: number(value, "startMs"),
      durationMs: number(value, "durationMs"),
      ...(value["isExact"] === true && { isExact: true }),
      ...presentNumbers(value, "firstCutMs", "lastCutMs"),
    }))
    .sort((a, b) => a.number - b.number);
}
