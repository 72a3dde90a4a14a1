import type { Properties } from "../../../engine/provider.ts";
import { AwsError } from "../../errors.ts";
import { maybeNumber } from "../../support/inputs.ts";

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/creating-custom-error-pages.html */
const customisable = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/**
 * Rejects a custom error response that CloudFront would reject, or that replaces the origin's answer. A time for which
 * errors are cached needs nothing more: the local edge fetches every answer anew.
 */
export function checkErrorResponse(response: Properties): void {
  const code = maybeNumber(response, "errorCode") ?? 0;
  if (!customisable.includes(code))
    throw new AwsError("InvalidArgument", `The parameter ErrorCode is ${code}; it must be ${customisable.join(", ")}.`);
  const seconds = maybeNumber(response, "errorCachingMinTtl") ?? 0;
  if (seconds < 0) throw new AwsError("InvalidTTLOrder", `The error caching minimum TTL of error ${code} is negative.`);
  for (const name of ["responseCode", "responsePagePath"])
    if (response[name] !== undefined)
      throw new AwsError(
        "NotImplemented",
        `The custom error response ${code} has "${name}", which is not supported by the local engine.`,
        501,
      );
}
