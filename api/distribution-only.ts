import type { FastifyRequest } from "fastify";
import { ApiProblem } from "./problems.ts";
import { recogniser } from "./recogniser.ts";

/**
 * The header with which the distribution shows who it is. CloudFront replaces one of this name that a viewer sends:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html
 */
const header = "x-origin-verify";

/**
 * A hook that refuses requests around the distribution, at the HTTP API's own address: there, neither its caches nor
 * its limits apply. `secretSha256` is the SHA-256 of the header's value in hex; throws when it is not a SHA-256.
 */
export function distributionOnly(secretSha256: string): (request: FastifyRequest) => Promise<void> {
  const isSecret = recogniser(secretSha256, "ORIGIN_SECRET_SHA256");
  return async ({ headers }) => {
    const value = headers[header];
    if (typeof value !== "string" || !isSecret(value))
      throw new ApiProblem(
        "direct-access",
        "This address answers the distribution only. Use the page's address followed by /api: the stack output apiUrl.",
      );
  };
}
