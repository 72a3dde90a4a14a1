import type { Broadcast, Person } from "../../web/src/api/types.ts";
import type { World } from "./site.ts";

/** The broadcasts of a channel, as the API tells them from the recordings: newest first. */
export function broadcastsOf(world: World, channel: string): Broadcast[] {
  const names = new Set(world.recordings.filter((one) => one.channel === channel).map(({ broadcast }) => broadcast));
  return [...names]
    .toSorted()
    .toReversed()
    .flatMap((broadcast) => broadcastOf(world, `${channel}.${broadcast}`) ?? []);
}

/** The broadcast of this id, if anything of it was archived. */
export function broadcastOf({ recordings }: World, id: string): Broadcast | undefined {
  const own = recordings.filter((one) => `${one.channel}.${one.broadcast}` === id);
  const [any] = own;
  if (any === undefined) return undefined;
  const { channel, broadcast } = any;
  const placed = own.flatMap(({ state, start, durationMs }) =>
    state === "idle" || start === null || durationMs === null
      ? []
      : [{ startMs: Date.parse(start), endMs: Date.parse(start) + durationMs }],
  );
  const at = (ms: number) => (placed.length === 0 ? null : new Date(ms).toISOString());
  return {
    id,
    channel,
    broadcast,
    start: at(Math.min(...placed.map(({ startMs }) => startMs))),
    end: at(Math.max(...placed.map(({ endMs }) => endMs))),
    recordedMs: placed.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
    recordings: placed.length,
    poster: placed.length === 0 ? null : `/vod/${channel}/${broadcast}/000000/posters/poster.0000000.jpg`,
  };
}

/** Everyone, with their clips in a broadcast that weren't rejected. */
export function peopleIn({ people, clips }: World, of: Broadcast): Person[] {
  const counted = clips.filter(
    ({ channel, broadcast, review }) => channel === of.channel && broadcast === of.broadcast && review !== "rejected",
  );
  return people.map((person) => ({
    ...person,
    clips: counted.filter(({ subject }) => subject.id === person.id).length,
  }));
}

/** Whether something is of the channel and broadcast that a query asks for. */
export function isIn(query: URLSearchParams): (of: { channel: string; broadcast: string }) => boolean {
  const [channel, broadcast] = [query.get("channel"), query.get("broadcast")];
  return (of) => (channel === null || channel === of.channel) && (broadcast === null || broadcast === of.broadcast);
}
