import { AwsError } from "../errors.ts";

/** The origins that a function chose for a request: the second one, if the first one fails with one of these codes. */
export interface OriginGroup {
  originIds: readonly [string, string];
  statusCodes: readonly number[];
}

const importLine = /^\s*import\s+(\w+)\s+from\s+(["'])cloudfront\2\s*;?/;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html */
const failoverCodes = [400, 403, 404, 416, 429, 500, 502, 503, 504];

/**
 * A script that gives the functions of a context the module `cloudfront`, as far as it is supported here. What they
 * choose is afterwards in the context's `originGroup`.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/helper-functions-origin-modification.html
 */
export const cloudfrontModule = `globalThis.cloudfront = Object.freeze({
  createRequestOriginGroup(group) { originGroup = JSON.stringify(group); },
  ...Object.fromEntries(["kvs", "updateRequestOrigin", "selectRequestOriginById"].map((name) => [name, () => {
    throw new Error(name + "() is not supported by the local engine");
  }])),
});`;

/** The code with its import of `cloudfront`, which only a module may have, as a constant on the same line. */
export function withoutImport(code: string): string {
  return code.replace(importLine, (_line, name: string) => `const ${name} = globalThis.cloudfront;`);
}

/** What a function gave `createRequestOriginGroup`. Throws FunctionValidationError if CloudFront would refuse it. */
export function readOriginGroup(name: string, text: string): OriginGroup {
  const { originIds, failoverCriteria } = JSON.parse(text) as Partial<{
    originIds: { originId?: string }[];
    failoverCriteria: { statusCodes?: number[] };
  }>;
  const [first, second, ...more] = (originIds ?? []).map(({ originId }) => originId);
  const statusCodes = failoverCriteria?.statusCodes ?? [];
  const known = statusCodes.length > 0 && statusCodes.every((code) => failoverCodes.includes(code));
  if (first === undefined || second === undefined || more.length > 0 || !known)
    throw new AwsError(
      "FunctionValidationError",
      `The origin group of the CloudFront function ${name} must have two origins, and codes out of ` +
        `${failoverCodes.join(", ")}.`,
      502,
    );
  return { originIds: [first, second], statusCodes };
}
