/**
 * Which headers, cookies or query strings go to the origin. Header names are in lower case.
 */
export type Selection =
  | { kind: "none" }
  | { kind: "all" }
  | { kind: "only"; names: readonly string[] }
  | { kind: "except"; names: readonly string[] };

/** The parts of a cache policy that matter without a cache: what it forwards and whether the edge may compress. */
export interface CachePolicy extends Forwarded {
  gzip: boolean;
  brotli: boolean;
}

/** What an origin request policy adds to what the cache policy forwards. */
export type OriginRequestPolicy = Forwarded;

export interface Forwarded {
  headers: Selection;
  cookies: Selection;
  queries: Selection;
}

const none: Selection = { kind: "none" };
const all: Selection = { kind: "all" };

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
export const managedCachePolicies: ReadonlyMap<string, CachePolicy> = new Map([
  // CachingOptimized
  ["658327ea-f89d-4fab-a63d-7e88639e58f6", { headers: none, cookies: none, queries: none, gzip: true, brotli: true }],
  // CachingOptimizedForUncompressedObjects
  ["b2884449-e4de-46a7-ac36-70bc7f1ddd6d", { headers: none, cookies: none, queries: none, gzip: false, brotli: false }],
  // CachingDisabled
  ["4135ea2d-6df8-44a3-9df3-4b5a84be39ad", { headers: none, cookies: none, queries: none, gzip: false, brotli: false }],
  // UseOriginCacheControlHeaders
  [
    "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
    {
      headers: {
        kind: "only",
        names: ["host", "origin", "x-http-method", "x-http-method-override", "x-method-override"],
      },
      cookies: all,
      queries: none,
      gzip: true,
      brotli: true,
    },
  ],
]);

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html */
export const managedOriginRequestPolicies: ReadonlyMap<string, OriginRequestPolicy> = new Map([
  // AllViewer
  ["216adef6-5c7f-47e4-b989-5492eafa07d3", { headers: all, cookies: all, queries: all }],
  // AllViewerExceptHostHeader
  [
    "b689b0a8-53d0-40ab-baf2-68738e2966ac",
    { headers: { kind: "except", names: ["host"] }, cookies: all, queries: all },
  ],
  // CORS-S3Origin
  [
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    {
      headers: { kind: "only", names: ["origin", "access-control-request-headers", "access-control-request-method"] },
      cookies: none,
      queries: none,
    },
  ],
  // UserAgentRefererHeaders
  [
    "acba4595-bd28-49b8-b9fe-13317c0390fa",
    { headers: { kind: "only", names: ["user-agent", "referer"] }, cookies: none, queries: none },
  ],
]);

export function selects(selection: Selection, name: string): boolean {
  switch (selection.kind) {
    case "none":
      return false;
    case "all":
      return true;
    case "only":
      return selection.names.includes(name);
    case "except":
      return !selection.names.includes(name);
  }
}
