/** Repeats a load while the page is visible. */
export interface Poller {
  /** Loads at once and continues from there. */
  refresh: () => void;
  stop: () => void;
}

export interface PollerOptions<Value> {
  load: (signal: AbortSignal) => Promise<Value>;
  onValue: (value: Value) => void;
  onError: (error: unknown) => void;
  /** Milliseconds until the next load, given the latest value if any; null waits for `refresh`. */
  delayMs: () => number | null;
}

const LONGEST_BACKOFF_MS = 30_000;

/**
 * Loads, waits for `delayMs`, loads again. Failures double the wait up to 30 s. A hidden page doesn't load until it is
 * shown again. Only the latest load is reported.
 */
export function startPoller<Value>({ load, onValue, onError, delayMs }: PollerOptions<Value>): Poller {
  let timer: number | undefined;
  let current: AbortController | undefined;
  let failures = 0;

  const schedule = () => {
    const delay = delayMs();
    if (delay === null || document.hidden) return;
    timer = window.setTimeout(refresh, Math.min(delay * 2 ** failures, Math.max(delay, LONGEST_BACKOFF_MS)));
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
    schedule();
  }

  function refresh(): void {
    window.clearTimeout(timer);
    current?.abort();
    current = new AbortController();
    void run(current);
  }

  const onVisibility = () => {
    if (!document.hidden) refresh();
    else window.clearTimeout(timer);
  };

  document.addEventListener("visibilitychange", onVisibility);
  refresh();
  return {
    refresh,
    stop: () => {
      document.removeEventListener("visibilitychange", onVisibility);
      window.clearTimeout(timer);
      current?.abort();
      current = undefined;
    },
  };
}
