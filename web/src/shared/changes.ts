import { isStreamMessage } from "../api/decode.ts";
import type { StreamMessage } from "../api/types.ts";

/** A message of the stream that names what changed. */
export type Change = Exclude<StreamMessage, { type: "reset" }>;

/** The API's stream of changes, for the whole page. */
export interface Changes {
  /** Whether changes are told as they happen. If not, whoever shows something must ask for it. */
  isOpen: () => boolean;
  /**
   * Calls back with each message, and without one when the stream was opened or lost; returns a function that
   * unsubscribes.
   */
  subscribe: (listener: (message?: StreamMessage) => void) => () => void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Keeps the connection, which is closed after ten idle minutes, and brings what could not be delivered. */
const ASK_AGAIN_MS = 5 * 60_000;
/** How long a hidden page stays connected. There is room for 500 clients only. */
const HIDDEN_MS = 60_000;

/**
 * Follows the stream at this address (`wss:`) from after the first paint on, with one connection. It connects again
 * after a pause that grows, with what it knows, so that it gets what it missed.
 */
export function followChanges(address: string): Changes {
  const listeners = new Set<(message?: StreamMessage) => void>();
  let socket: WebSocket | undefined;
  let open = false;
  let last: string | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let again: number | undefined;
  let hidden: number | undefined;

  const tell = (message?: StreamMessage): void => {
    for (const listener of listeners) listener(message);
  };

  function connect(): void {
    if (socket !== undefined || document.hidden) return;
    window.clearTimeout(again);
    const connection = new WebSocket(address);
    const ask = (): void => {
      connection.send(JSON.stringify({ after: last }));
      again = window.setTimeout(ask, ASK_AGAIN_MS);
    };
    socket = connection;
    connection.onopen = () => {
      ask();
      open = true;
      tell();
    };
    connection.onmessage = ({ data }) => {
      const message = messageIn(data);
      // API Gateway itself says that it could not pass on what was asked: nothing would be heard from now on.
      if (message === undefined) {
        connection.close();
        return;
      }
      last = message.id;
      pauseMs = FIRST_PAUSE_MS;
      tell(message);
    };
    connection.onclose = () => {
      if (socket !== connection) return;
      disconnect();
      // Half to one and a half of the pause: clients that lost their connections together don't come back together.
      again = window.setTimeout(connect, pauseMs * (0.5 + Math.random()));
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    };
  }

  function disconnect(): void {
    window.clearTimeout(again);
    const connection = socket;
    socket = undefined;
    connection?.close();
    if (!open) return;
    open = false;
    tell();
  }

  document.addEventListener("visibilitychange", () => {
    window.clearTimeout(hidden);
    if (document.hidden) hidden = window.setTimeout(disconnect, HIDDEN_MS);
    else connect();
  });
  // A page with an open connection could not be kept for going back to it.
  addEventListener("pagehide", disconnect);
  addEventListener("offline", disconnect);
  addEventListener("online", connect);
  requestAnimationFrame(() => window.setTimeout(connect));

  return {
    isOpen: () => open,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function messageIn(data: unknown): StreamMessage | undefined {
  try {
    const message: unknown = JSON.parse(String(data));
    return isStreamMessage(message) ? message : undefined;
  } catch {
    return undefined;
  }
}
