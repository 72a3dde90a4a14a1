import type { Origins } from "./cloud.ts";

/** The domain names that the distribution can fetch from. */
export function createOrigins(): Origins {
  const origins = new Map<string, ReturnType<Origins["get"]>>();
  return {
    register: (domainName, origin) => void origins.set(domainName, origin),
    get: (domainName) => origins.get(domainName),
  };
}
