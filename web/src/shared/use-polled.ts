import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Poller, startPoller } from "./poller.ts";

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
 */
export function usePolled<Value>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<Value>,
  delayMs: (value: Value | undefined) => number | null,
): Polled<Value> {
  const [value, setValue] = useState<Value>();
  const [error, setError] = useState<unknown>();
  const latest = useRef({ load, delayMs, value });
  const poller = useRef<Poller | undefined>(undefined);
  latest.current = { load, delayMs, value };

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
    });
    poller.current = started;
    return () => {
      started.stop();
      poller.current = undefined;
    };
  }, [key]);

  return { value, error, refresh: useCallback(() => poller.current?.refresh(), []) };
}
