import { AwsError } from "../../errors.ts";
import {
  managedCachePolicies,
  managedOriginRequestPolicies,
  type CachePolicy,
  type OriginRequestPolicy,
} from "../policies.ts";
import { managedResponseHeadersPolicies, type ResponseHeadersPolicy } from "../response-headers.ts";
import type { ViewerFunction } from "../viewer-function.ts";

/** What distributions refer to, by the id or ARN that the program received. Each run registers them again. */
export interface Definitions {
  cachePolicies: Map<string, CachePolicy>;
  originRequestPolicies: Map<string, OriginRequestPolicy>;
  responseHeadersPolicies: Map<string, ResponseHeadersPolicy>;
  /** Whether an origin access control signs requests to its origin. */
  accessControls: Map<string, { signs: boolean }>;
  /** By ARN. */
  functions: Map<string, ViewerFunction>;
}

/** CloudFront's managed definitions. */
export function createDefinitions(): Definitions {
  return {
    cachePolicies: new Map(managedCachePolicies),
    originRequestPolicies: new Map(managedOriginRequestPolicies),
    responseHeadersPolicies: new Map(managedResponseHeadersPolicies),
    accessControls: new Map(),
    functions: new Map(),
  };
}

/** The definition with this id; undefined without an id. Throws for an unknown id. */
export function find<T>(
  definitions: ReadonlyMap<string, T>,
  id: string | undefined,
  code: string,
  what: string,
): T | undefined {
  if (id === undefined || id === "") return undefined;
  const found = definitions.get(id);
  if (found === undefined)
    throw new AwsError(
      code,
      `The ${what} ${id} is neither defined by the program nor a managed one that the local engine supports.`,
      404,
    );
  return found;
}
