import type { CachePolicy, OriginRequestPolicy } from "./policies.ts";
import type { ResponseHeadersPolicy } from "./response-headers.ts";
import type { ViewerFunction } from "./viewer-function.ts";

/** A distribution that is ready to serve: all references of the program's resource are resolved. */
export interface Distribution {
  id: string;
  arn: string;
  /** Without a leading slash; empty if there is none. */
  defaultRootObject: string;
  /** In order of precedence; the default behaviour, which matches every path, comes last. */
  behaviors: readonly Behavior[];
  /** By id: functions may choose others than the behaviour's. */
  targets: ReadonlyMap<string, Target>;
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

/** The origin that a behaviour fetches from. */
export interface Target {
  domainName: string;
  /** Prefix of every path; empty or `/folder`. */
  originPath: string;
  customHeaders: Record<string, string>;
  /** Whether requests are signed as the distribution (origin access control). */
  signed: boolean;
}
