import { useEffect, useState } from "preact/hooks";
import type { Verdict } from "../api/check-token.ts";

/** The user of the page. */
export interface Caller {
  /** The API's role: `editor` while an admin token is stored. */
  role: "anonymous" | "editor";
  /** The API refused the last token. */
  refused: boolean;
}

/** Whether an editor is signed in, and with which token. */
export interface Session {
  token: () => string | null;
  /** The sentence to show after the token was refused. */
  refused: () => boolean;
  /** Forgets the token, and that one was refused. */
  signOut: () => void;
  /** Called when the API rejected the token: forgets it and reports that. */
  refuse: () => void;
  /** Calls back on every change; returns a function that unsubscribes. */
  subscribe: (listener: () => void) => () => void;
}

const KEY = "spotlight.admin";
const LONGEST_BACKOFF_MS = 30_000;

/**
 * Signs in by the `#admin=TOKEN` link, once the API has accepted the token. The fragment never reaches a server; it is
 * removed from the address at once, so that it isn't in the history, bookmarks or shared links either.
 *
 * @param storage forgets the token when the tab is closed.
 */
export function createSession(storage: Storage, check: (token: string) => Promise<Verdict>): Session {
  const listeners = new Set<() => void>();
  let refused = false;
  /** The token that the API is asked about. */
  let candidate: string | null = storage.getItem(KEY);

  const changed = () => {
    for (const listener of listeners) listener();
  };
  const refuse = () => {
    refused = true;
    storage.removeItem(KEY);
    changed();
  };
  const admit = async (token: string) => {
    candidate = token;
    for (let delayMs = 1000; candidate === token; delayMs = Math.min(2 * delayMs, LONGEST_BACKOFF_MS)) {
      const verdict = await check(token);
      if (candidate !== token) return;
      if (verdict === "unknown") {
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        continue;
      }
      candidate = null;
      if (verdict === "wrong") refuse();
      else {
        storage.setItem(KEY, token);
        changed();
      }
    }
  };
  const signInByAddress = () => {
    const token = new URLSearchParams(location.hash.slice(1)).get("admin");
    if (token === null) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    refused = false;
    changed();
    if (token !== "") void admit(token);
  };

  // One that was accepted before may have been replaced since.
  if (candidate !== null) void admit(candidate);
  signInByAddress();
  addEventListener("hashchange", signInByAddress);
  return {
    token: () => storage.getItem(KEY),
    refused: () => refused,
    signOut: () => {
      refused = false;
      candidate = null;
      storage.removeItem(KEY);
      changed();
    },
    refuse,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The session's caller, for the component that provides the services; others use `useCaller()`. */
export function useSession(session: Session): Caller {
  const read = (): Caller => ({ role: session.token() === null ? "anonymous" : "editor", refused: session.refused() });
  const [state, setState] = useState(read);
  useEffect(() => {
    const update = () => setState(read());
    // The API may have answered before this effect runs.
    update();
    return session.subscribe(update);
  }, [session]);
  return state;
}
