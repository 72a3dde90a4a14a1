import { useEffect, useState } from "preact/hooks";

/** The state in the address: everything that can be linked to. */
export interface Place {
  /** The people whose clips are shown; none means all. */
  people: readonly string[];
  channel: string | null;
  /** The clip that is open. */
  clip: string | null;
  /** An editor asks for what was rejected. */
  review?: "rejected" | undefined;
  /** All moments that are shown play, one after the other. */
  play?: "all" | undefined;
  /** What an editor looks after. */
  operate?: "recordings" | undefined;
}

const CHANGED = "spotlight:place";

/** Reads the place from an address's query. */
export function placeOf(search: string): Place {
  const query = new URLSearchParams(search);
  return {
    people: query.getAll("person").filter(Boolean),
    channel: query.get("channel"),
    clip: query.get("clip"),
    ...(query.get("review") === "rejected" && { review: "rejected" }),
    ...(query.get("play") === "all" && { play: "all" }),
    ...(query.get("operate") === "recordings" && { operate: "recordings" }),
  };
}

/** The address of a place, relative to the page. */
export function addressOf({ people, channel, clip, review, play, operate }: Place): string {
  const query = new URLSearchParams();
  if (channel !== null) query.set("channel", channel);
  for (const person of people) query.append("person", person);
  if (review !== undefined) query.set("review", review);
  if (clip !== null) query.set("clip", clip);
  if (play !== undefined) query.set("play", play);
  if (operate !== undefined) query.set("operate", operate);
  return query.size === 0 ? "/" : `/?${query.toString()}`;
}

/** Goes to a place without loading the page again. `replace` adds no entry to the history. */
export function go(place: Place, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState({ within: true }, "", addressOf(place));
  else history.replaceState(history.state, "", addressOf(place));
  dispatchEvent(new Event(CHANGED));
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
