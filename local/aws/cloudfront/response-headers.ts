import type { ServerResponse } from "node:http";

/** A response headers policy: headers to set and to remove. */
export interface ResponseHeadersPolicy {
  set: readonly { name: string; value: string; override: boolean }[];
  remove: readonly string[];
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html */
export const managedResponseHeadersPolicies: ReadonlyMap<string, ResponseHeadersPolicy> = new Map([
  // SecurityHeadersPolicy
  [
    "67f7725c-6f97-4210-82d7-5512b31e9d03",
    {
      set: [
        { name: "strict-transport-security", value: "max-age=31536000", override: false },
        { name: "x-content-type-options", value: "nosniff", override: true },
        { name: "x-frame-options", value: "SAMEORIGIN", override: false },
        { name: "x-xss-protection", value: "1; mode=block", override: false },
        { name: "referrer-policy", value: "strict-origin-when-cross-origin", override: false },
      ],
      remove: [],
    },
  ],
]);

/** Applies a policy. An origin's header stays unless the policy overrides it. */
export function applyResponseHeaders(policy: ResponseHeadersPolicy, response: ServerResponse): void {
  for (const name of policy.remove) response.removeHeader(name);
  for (const { name, value, override } of policy.set)
    if (override || !response.hasHeader(name)) response.setHeader(name, value);
}
