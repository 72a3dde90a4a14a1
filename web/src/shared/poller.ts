import type { Change, Changes } from "./changes.ts";

/** Repeats a load while the page is visible. */
export interface Poller {
  /** Loads at once and continues from there. */
  refresh: () => void;
  /** Asks again when to load next: what `delayMs` depends on has changed. */
  reschedule: () => void;
  stop: () => void;
}

export interface PollerOptions<Value> {
  load: (signal: AbortSignal) => Promise<Value>;
  onValue: (value: Value) => void;
  onError: (error: unknown) => void;
  /** Milliseconds until the next load. */
  delayMs: () => number;
  /** For a value of which the stream of changes tells. */
  stream?: {
    changes: Changes;
    /** Whether to load again because of this change. */
    concerns: (change: Change) => boolean;
    /** Milliseconds until the next load while the stream is open. */
    delayMs: () => number;
    /** Loads because of changes start at least this far apart, in milliseconds; a second if not said otherwise. */
    leastMs?: () => number | undefined;
  };
}

const LONGEST_BACKOFF_MS = 30_000;
const LEAST_MS = 1_000;
/** While the stream is open, in case that something was not told. */
export const SAFETY_NET_MS = 120_000;
/**
 * An answer may be older than a change by this much: the distribution shares one for 2 s, and the API reuses the state
 * of a channel for 1 s.
 */
const SHARED_COPY_MS = 3_000;

/**
 * Loads, waits for `delayMs`, loads again. While the stream is open, it loads when that tells a change, and otherwise
 * seldom. Failures double the wait up to 30 s. A hidden page doesn't load until it is shown again. Only the latest load
 * is reported.
 */
export function startPoller<Value>(options: PollerOptions<Value>): Poller {
  const { load, onValue, onError, delayMs, stream } = options;
  let timer: number | undefined;
  let current: AbortController | undefined;
  let loading = false;
  let failures = 0;
  // Milliseconds since the epoch.
  let startedAt = -Infinity;
  let endedAt = -Infinity;
  let changedAt = -Infinity;
  let settledAt = -Infinity;

  const isTold = (): boolean => stream?.changes.isOpen() === true;

  /** When to load next. */
  const nextAt = (): number => {
    const delay = delayMs();
    if (failures > 0) return endedAt + Math.min(delay * 2 ** failures, Math.max(delay, LONGEST_BACKOFF_MS));
    if (changedAt >= startedAt) return startedAt + (stream?.leastMs?.() ?? LEAST_MS);
    const regular = endedAt + (stream?.changes.isOpen() === true ? stream.delayMs() : delay);
    return settledAt > startedAt ? Math.min(settledAt, regular) : regular;
  };

  const schedule = (): void => {
    window.clearTimeout(timer);
    // A load that has begun is not cut short by changes: while they keep coming, none would ever end.
    if (!loading && !document.hidden) timer = window.setTimeout(refresh, Math.max(0, nextAt() - Date.now()));
  };

  async function run(controller: AbortController): Promise<void> {
    try {
      const value = await load(controller.signal);
      if (controller !== current) return;
      failures = 0;
      onValue(value);
    } catch (error) {
      if (controller !== current) return;
      failures += 1;
      onError(error);
    }
    loading = false;
    endedAt = Date.now();
    schedule();
  }

  function refresh(): void {
    window.clearTimeout(timer);
    current?.abort();
    current = new AbortController();
    loading = true;
    startedAt = Date.now();
    void run(current);
  }

  const onVisibility = (): void => {
    if (document.hidden || isTold()) schedule();
    else refresh();
  };
  const unsubscribe = stream?.changes.subscribe((message) => {
    const now = Date.now();
    if (message === undefined) {
      // What failed before the stream was open probably works again.
      if (isTold() && failures > 0) [failures, changedAt] = [0, now];
    } else if (message.type === "reset") settledAt = now + SHARED_COPY_MS;
    else if (stream.concerns(message)) [changedAt, settledAt] = [now, now + SHARED_COPY_MS];
    schedule();
  });

  document.addEventListener("visibilitychange", onVisibility);
  refresh();
  return {
    refresh,
    reschedule: schedule,
    stop: () => {
      document.removeEventListener("visibilitychange", onVisibility);
      unsubscribe?.();
      window.clearTimeout(timer);
      current?.abort();
      current = undefined;
    },
  };
}
