import { AwsError } from "../errors.ts";
import type { Principal } from "../cloud.ts";

/** Headers that a GET may replace with a query parameter, `response-content-type` and the like. */
export const overridable = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

/**
 * The headers that a GET asks for. Throws InvalidRequest for an unsigned one: "you must sign the request, either using
 * an Authorization header or a presigned URL".
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function responseOverrides(query: URLSearchParams, principal: Principal): Record<string, string> {
  const replaced = overridable.flatMap((name) => {
    const value = query.get(`response-${name}`);
    return value === null ? [] : [[name, value] as const];
  });
  if (replaced.length > 0 && principal.kind === "anonymous")
    throw new AwsError(
      "InvalidRequest",
      "Request specific response headers cannot be used for anonymous GET requests.",
      400,
    );
  return Object.fromEntries(replaced);
}
