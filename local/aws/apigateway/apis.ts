import type { RouteThrottles } from "./route-throttles.ts";

/** A Lambda proxy integration with payload format 2.0. */
export interface Integration {
  id: string;
  functionArn: string;
  /** 50 to 30,000. */
  timeoutMs: number;
}

/** `$default`, or a method (or ANY) and a path with `{name}` and `{name+}` segments. */
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

/** An HTTP API with its routes and integrations by id, and its stages by name. */
export interface Api {
  id: string;
  name: string;
  executionArn: string;
  integrations: Map<string, Integration>;
  routes: Map<string, Route>;
  stages: Map<string, Stage>;
}
