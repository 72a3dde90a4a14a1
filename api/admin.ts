import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { ApiProblem } from "./problems.ts";

/** Who may write: whoever sends the admin token, of which only the SHA-256 is known here. */
export interface Admin {
  /** Whether the request carries the admin token. */
  is(request: FastifyRequest): boolean;
  /** An `onRequest` hook for writes; throws `unauthorized` before anything of the body is read. */
  required: (request: FastifyRequest) => Promise<void>;
}

/** Makes the checks against `tokenSha256`, the SHA-256 of the admin token in hex. Throws when that is no SHA-256. */
export function createAdmin(tokenSha256: string): Admin {
  if (!/^[0-9a-f]{64}$/i.test(tokenSha256))
    throw new Error("ADMIN_TOKEN_SHA256 must be the SHA-256 of the admin token: 64 hex digits");
  const expected = Buffer.from(tokenSha256, "hex");

  const is = (request: FastifyRequest): boolean => {
    const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? "") ?? [];
    // Digests have one length whatever was sent, so the comparison takes one time.
    return token !== undefined && timingSafeEqual(createHash("sha256").update(token).digest(), expected);
  };

  return {
    is,
    required: async (request) => {
      if (is(request)) return;
      const none = request.headers.authorization === undefined;
      throw new ApiProblem(
        "unauthorized",
        none
          ? "Send the admin token as `Authorization: Bearer <token>`: it is the stack output adminToken."
          : "This is not the admin token: use the stack output adminToken.",
        // RFC 6750: the error is named only where credentials were sent.
        {
          headers: {
            "www-authenticate": none ? 'Bearer realm="spotlight"' : 'Bearer realm="spotlight", error="invalid_token"',
          },
        },
      );
    },
  };
}
