import { useEffect, useState } from "preact/hooks";
import type { LivePlayback, LiveStatus } from "./live.ts";

/** The time at which the broadcast is watched, for those who show it and those who change it. */
export interface Playhead {
  /** What the live player shows; undefined without one. */
  live: () => LiveStatus | undefined;
  tellLive: (status: LiveStatus | undefined) => void;
  /** When what a moment's player shows was recorded, in ms since the epoch; undefined without one. */
  moment: () => number | undefined;
  tellMoment: (timeMs: number | undefined) => void;
  /** Calls back on every change; returns a function that unsubscribes. */
  subscribe: (listener: () => void) => () => void;
  /** What the live player does for others; undefined without one. */
  player: Pick<LivePlayback, "seekTo" | "pictureTime"> | undefined;
}

/** A playhead without a player. */
export function createPlayhead(): Playhead {
  const listeners = new Set<() => void>();
  let live: LiveStatus | undefined;
  let moment: number | undefined;
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return {
    live: () => live,
    tellLive: (status) => {
      live = status;
      changed();
    },
    moment: () => moment,
    tellMoment: (timeMs) => {
      moment = timeMs;
      changed();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    player: undefined,
  };
}

/** What is watched, kept up to date. */
export function usePlayhead(playhead: Playhead): { live: LiveStatus | undefined; momentMs: number | undefined } {
  const read = () => ({ live: playhead.live(), momentMs: playhead.moment() });
  const [watched, setWatched] = useState(read);
  useEffect(() => {
    const update = () => setWatched(read);
    update();
    return playhead.subscribe(update);
  }, [playhead]);
  return watched;
}
