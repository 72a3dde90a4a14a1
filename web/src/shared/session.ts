import { useEffect, useState } from "preact/hooks";

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
  signOut: () => void;
  /** Called when the API rejected the token: forgets it and reports that. */
  refuse: () => void;
  /** Calls back on every change; returns a function that unsubscribes. */
  subscribe: (listener: () => void) => () => void;
}

const KEY = "spotlight.admin";

/**
 * Signs in by the `#admin=TOKEN` link. The fragment never reaches a server; it is removed from the address at
 * once, so that it isn't in the history, bookmarks or shared links either.
 */
export function createSession(storage: Storage): Session {
  const listeners = new Set<() => void>();
  let refused = false;

  const changed = () => {
    for (const listener of listeners) listener();
  };
  const signInByAddress = () => {
    const token = new URLSearchParams(location.hash.slice(1)).get("admin");
    if (token === null) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    if (token !== "") storage.setItem(KEY, token);
    refused = false;
    changed();
  };
  const forget = () => {
    storage.removeItem(KEY);
    changed();
  };

  signInByAddress();
  addEventListener("hashchange", signInByAddress);
  addEventListener("storage", (event) => {
    if (event.key === KEY) changed();
  });
  return {
    token: () => storage.getItem(KEY),
    refused: () => refused,
    signOut: () => {
      refused = false;
      forget();
    },
    refuse: () => {
      refused = true;
      forget();
    },
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
  useEffect(() => session.subscribe(() => setState(read())), [session]);
  return state;
}
