/** Admits `burst` requests at once and `perSecond` on average, as API Gateway's throttling does. */
export interface TokenBucket {
  /** False if the request must be throttled. */
  take(): boolean;
}

export function createTokenBucket(options: { perSecond: number; burst: number; now?: () => number }): TokenBucket {
  const now = options.now ?? (() => performance.now());
  let tokens = options.burst;
  let filledAt = now();
  return {
    take() {
      const at = now();
      tokens = Math.min(options.burst, tokens + ((at - filledAt) / 1000) * options.perSecond);
      filledAt = at;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
