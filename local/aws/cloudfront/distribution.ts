import type { CachePolicy, OriginRequestPolicy } from "./policies.ts";
import type { ResponseHeadersPolicy } from "./response-headers.ts";
import type { ViewerFunction } from "./viewer-function.ts";

/** A distribution, ready to serve: every reference of the program's resource is resolved. */
export interface Distribution {
  id: string;
  arn: string;
  /** Without a leading slash; empty for none. */
  defaultRootObject: string;
  /** In the order of precedence; the default behaviour, which takes every path, comes last. */
  behaviors: readonly Behavior[];
}

export interface Behavior {
  pathPattern: string;
  matches(path: string): boolean;
  allowedMethods: readonly string[];
  compress: boolean;
  cachePolicy: CachePolicy;
  originRequestPolicy?: OriginRequestPolicy;
  responseHeadersPolicy?: ResponseHeadersPolicy;
  viewerRequest?: ViewerFunction;
  target: Target;
}

/** Where a behaviour fetches from. */
export interface Target {
  domainName: string;
  /** Put before every path; empty or `/folder`. */
  originPath: string;
  customHeaders: Record<string, string>;
  /** Whether requests are signed in the distribution's name (origin access control). */
  signed: boolean;
}
