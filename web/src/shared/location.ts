import { useEffect, useState } from "preact/hooks";

/** The state in the address: everything that can be linked to. */
export interface Place {
  /** The people whose clips are shown; none means all. */
  people: readonly string[];
  channel: string | null;
  /** The broadcast of the channel that is shown; null means all of them. */
  broadcast: string | null;
  /** The clip that is open. */
  clip: string | null;
  /** An editor asks for what was rejected. */
  review?: "rejected" | undefined;
  /** The moments are listed oldest first, not newest first. */
  order?: "asc" | undefined;
  /** All moments that are shown play, one after the other. */
  play?: "all" | undefined;
  /** The time at which the broadcast or all moments begin to play, ISO 8601. */
  at?: string | undefined;
  /** What an editor looks after. */
  operate?: "recordings" | undefined;
}

const CHANGED = "spotlight:place";

/** Reads the place from an address's query. */
export function placeOf(search: string): Place {
  const query = new URLSearchParams(search);
  const at = query.get("at") ?? "";
  return {
    people: query.getAll("person").filter(Boolean),
    channel: query.get("channel"),
    broadcast: query.get("broadcast"),
    clip: query.get("clip"),
    ...(query.get("review") === "rejected" && { review: "rejected" }),
    ...(query.get("order") === "asc" && { order: "asc" }),
    ...(query.get("play") === "all" && { play: "all" }),
    ...(!Number.isNaN(Date.parse(at)) && { at }),
    ...(query.get("operate") === "recordings" && { operate: "recordings" }),
  };
}

/** The address of a place, relative to the page. */
export function addressOf({ people, channel, broadcast, clip, review, order, play, at, operate }: Place): string {
  const query = new URLSearchParams();
  if (channel !== null) query.set("channel", channel);
  if (broadcast !== null) query.set("broadcast", broadcast);
  for (const person of people) query.append("person", person);
  if (review !== undefined) query.set("review", review);
  if (order !== undefined) query.set("order", order);
  if (clip !== null) query.set("clip", clip);
  if (play !== undefined) query.set("play", play);
  if (at !== undefined) query.set("at", at);
  if (operate !== undefined) query.set("operate", operate);
  return query.size === 0 ? "/" : `/?${query.toString()}`;
}

/** Goes to a place without loading the page again. `replace` adds no entry to the history. */
export function go(place: Place, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState({ from: location.pathname + location.search }, "", addressOf(place));
  else history.replaceState(history.state, "", addressOf(place));
  dispatchEvent(new Event(CHANGED));
}

/** Leaves what is open for this place: back if the viewer came from there, so that the history stays as it was. */
export function leaveFor(place: Place): void {
  const state: unknown = history.state;
  const from: unknown = typeof state === "object" && state !== null && "from" in state ? state.from : undefined;
  if (from === addressOf(place)) history.back();
  else go(place, "replace");
}

/** The current place, kept up to date with links, back and forward. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.search));
  useEffect(() => {
    const read = () => setPlace(placeOf(location.search));
    addEventListener("popstate", read);
    addEventListener(CHANGED, read);
    return () => {
      removeEventListener("popstate", read);
      removeEventListener(CHANGED, read);
    };
  }, []);
  return place;
}

/** Handles a click on a link within the page; modified clicks stay the browser's (new tab, download). */
export function follow(event: MouseEvent, place: Place, how: "push" | "replace" = "push"): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(place, how);
}
