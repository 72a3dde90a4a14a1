import { createTokenBucket, type TokenBucket } from "./token-bucket.ts";

/** How many requests to a route are admitted: `burst` at once, and `perSecond` on average. */
export interface RouteLimits {
  perSecond: number;
  burst: number;
}

/**
 * The account's limits, used where a stage sets none:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
export const accountLimits: RouteLimits = { perSecond: 10_000, burst: 5000 };

/** Admits requests to the routes of a stage. */
export interface RouteThrottles {
  /** False if a request to this route must be throttled. */
  take(routeKey: string): boolean;
}

/**
 * Each route is throttled on its own, by its own limits or by those of all `other` routes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export function createRouteThrottles(limits: {
  routes: ReadonlyMap<string, RouteLimits>;
  other: RouteLimits;
}): RouteThrottles {
  const buckets = new Map<string, TokenBucket>();
  return {
    take(routeKey) {
      const bucket = buckets.get(routeKey) ?? createTokenBucket(limits.routes.get(routeKey) ?? limits.other);
      buckets.set(routeKey, bucket);
      return bucket.take();
    },
  };
}
