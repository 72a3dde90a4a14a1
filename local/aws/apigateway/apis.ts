import type { RouteThrottles } from "./route-throttles.ts";

/** A Lambda proxy integration. Its payload format is 2.0 for HTTP APIs; WebSocket APIs have only one. */
export interface Integration {
  id: string;
  functionArn: string;
  /** 50 to 30,000. */
  timeoutMs: number;
}

/**
 * Its key is, for an HTTP API, `$default`, or a method (or ANY) and a path with `{name}` and `{name+}` segments; for a
 * WebSocket API `$connect`, `$disconnect`, `$default`, or a name that messages choose.
 */
export interface Route {
  id: string;
  key: string;
  integrationId: string;
}

export interface Stage {
  /** `$default` is served without a path prefix. */
  name: string;
  variables: Record<string, string>;
  throttles: RouteThrottles;
}

export type Protocol = "HTTP" | "WEBSOCKET";

/** An API with its routes and integrations by id, and its stages by name. */
export interface Api {
  id: string;
  name: string;
  protocol: Protocol;
  /** The member of a WebSocket API's JSON messages that names their route. */
  routeMember: string;
  executionArn: string;
  integrations: Map<string, Integration>;
  routes: Map<string, Route>;
  stages: Map<string, Stage>;
}
