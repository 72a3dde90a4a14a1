/** Where a clock gets its time from, in milliseconds: of day since the epoch, and from any moment on, steadily. */
interface Sources {
  ofDay: () => number;
  steady: () => number;
}

/**
 * Creates a clock that tells the time of day in whole milliseconds since the epoch, and is never set back: when the
 * machine's clock is, this one goes on steadily from where it was. It follows the machine's clock forward, as after a
 * sleep.
 */
export function createForwardClock({ ofDay, steady }: Sources): () => number {
  let aheadMs = -Infinity;
  return () => {
    const steadyMs = steady();
    aheadMs = Math.max(aheadMs, ofDay() - steadyMs);
    return Math.floor(aheadMs + steadyMs);
  };
}

/**
 * The clock for what is waited for, and for times that are compared with one another: what is due in a second must not
 * be due in an hour because the clock was set back by one.
 */
export const forwardNow = createForwardClock({ ofDay: () => Date.now(), steady: () => performance.now() });
