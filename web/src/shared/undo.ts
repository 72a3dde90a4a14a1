import { useEffect, useState } from "preact/hooks";
import type { Api } from "../api/client.ts";
import { sentenceOf } from "../api/problem.ts";
import { messages } from "../messages/index.ts";

/** How long Undo is offered, in milliseconds. The API takes acts back for an hour. */
const OFFERED_MS = 10_000;

/** What an editor just did. */
export interface Act {
  /** Says that it is done: "Rejected". */
  sentence: string;
  /** Takes it back; null when it can't be. */
  undoId: string | null;
  /** Takes it back where the API has no undo id for it. */
  takeBack?: (() => Promise<void> | void) | undefined;
  onUndone: () => void;
}

/** What is said about the latest act, and whether it can still be taken back. */
export interface Offer {
  sentence: string;
  undoable: boolean;
}

/** Offers to take back the latest act of an editor, for ten seconds. */
export interface Undo {
  offer: (act: Act) => void;
  /** Takes the latest act back, if it is still offered. */
  take: () => Promise<void>;
  /** Keeps the offer while the editor points at it or has the focus on it. */
  hold: () => void;
  release: () => void;
  current: () => Offer | undefined;
  /** Calls back on every change; returns a function that unsubscribes. */
  subscribe: (listener: () => void) => () => void;
}

/** Creates the page's one offer. */
export function createUndo(api: Pick<Api, "undo">): Undo {
  const listeners = new Set<() => void>();
  let act: Act | undefined;
  let offer: Offer | undefined;
  let timer: number | undefined;

  const takerOf = ({ undoId, takeBack }: Act) => (undoId === null ? takeBack : () => api.undo(undoId));
  const show = (next: Offer | undefined) => {
    offer = next;
    for (const listener of listeners) listener();
  };
  const withdraw = () => {
    act = undefined;
    show(undefined);
  };
  const restart = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(withdraw, OFFERED_MS);
  };
  const say = (sentence: string, undoable: boolean) => {
    show({ sentence, undoable });
    restart();
  };

  return {
    offer: (next) => {
      act = next;
      say(next.sentence, takerOf(next) !== undefined);
    },
    take: async () => {
      const taken = act;
      const takeBack = taken && takerOf(taken);
      if (takeBack === undefined) return;
      act = undefined;
      try {
        await takeBack();
        say(messages.undo.undone, false);
        taken?.onUndone();
      } catch (error) {
        say(sentenceOf(error), false);
      }
    },
    hold: () => window.clearTimeout(timer),
    release: () => {
      if (offer !== undefined) restart();
    },
    current: () => offer,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What is offered now. */
export function useOffer(undo: Undo): Offer | undefined {
  const [offer, setOffer] = useState(undo.current);
  useEffect(() => {
    setOffer(undo.current());
    return undo.subscribe(() => setOffer(undo.current()));
  }, [undo]);
  return offer;
}
