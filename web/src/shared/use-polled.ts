import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Change } from "./changes.ts";
import { type Poller, SAFETY_NET_MS, startPoller } from "./poller.ts";
import { useServices } from "./services.ts";

/** The state of a polled value. */
export interface Polled<Value> {
  value: Value | undefined;
  /** The error of the latest load; the last good value stays. */
  error: unknown;
  refresh: () => void;
}

/**
 * Keeps a value up to date while the component is mounted.
 *
 * @param key reloads when it changes (the old value stays until the new one arrives); null doesn't load.
 * @param stream for a value of which the stream of changes tells: which of them, and, if not after two minutes, when to
 *   load again anyway; `leastMs`: see the poller.
 */
export function usePolled<Value>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<Value>,
  delayMs: (value: Value | undefined) => number,
  stream?: {
    concerns: (change: Change) => boolean;
    delayMs?: (value: Value | undefined) => number;
    leastMs?: number;
  },
): Polled<Value> {
  const { changes } = useServices();
  const [value, setValue] = useState<Value>();
  const [error, setError] = useState<unknown>();
  const latest = useRef({ load, delayMs, stream, value });
  const poller = useRef<Poller | undefined>(undefined);
  latest.current = { load, delayMs, stream, value };

  useEffect(() => {
    if (key === null) return;
    const started = startPoller<Value>({
      load: (signal) => latest.current.load(signal),
      onValue: (next) => {
        latest.current.value = next;
        setValue(() => next);
        setError(undefined);
      },
      onError: (problem) => setError(() => problem),
      delayMs: () => latest.current.delayMs(latest.current.value),
      stream: stream && {
        changes,
        concerns: (change) => latest.current.stream?.concerns(change) === true,
        delayMs: () => latest.current.stream?.delayMs?.(latest.current.value) ?? SAFETY_NET_MS,
        leastMs: () => latest.current.stream?.leastMs,
      },
    });
    poller.current = started;
    return () => {
      started.stop();
      poller.current = undefined;
    };
  }, [key]);

  const delay = delayMs(value);
  useEffect(() => poller.current?.reschedule(), [delay]);

  return { value, error, refresh: useCallback(() => poller.current?.refresh(), []) };
}
