import type { FastifyRequest } from "fastify";
import { ApiProblem } from "./problems.ts";
import { recogniser } from "./recogniser.ts";

/** Roles, in ascending order of rights. */
const roles = ["anonymous", "viewer", "editor"] as const;

/** The role of a caller: anyone, a viewer (reserved for private viewing), or an editor, who sends the admin token. */
export type Role = (typeof roles)[number];

/** OpenAPI security requirements: the caller meets any one of them. */
export type Security = readonly Readonly<Record<string, string[]>>[];

const adminToken = { adminToken: [] };

declare module "fastify" {
  interface FastifyContextConfig {
    /** The route's `security` in the OpenAPI document; absent if the route is public. */
    security?: Security;
  }
}

/** Route options that admit a role and all roles above it. Spread them into a route's options. */
export interface Requirement {
  onRequest: (request: FastifyRequest) => Promise<void>;
  config: { security: Security };
}

/** The caller's role, and the calls it allows. */
export interface Caller {
  /** The role that the request's credentials grant. */
  role(request: FastifyRequest): Role;
  /**
   * Admits callers with at least this role. The hook throws `unauthorized` before the body is read; the OpenAPI
   * document lists the credentials. `anonymous` admits everyone: use it where the answer depends on the role.
   */
  requires(role: Role): Requirement;
}

/**
 * Recognises callers by `tokenSha256`, the SHA-256 of the admin token in hex. Throws when it is not a SHA-256.
 */
export function createCaller(tokenSha256: string): Caller {
  const isToken = recogniser(tokenSha256, "ADMIN_TOKEN_SHA256");

  const role = (request: FastifyRequest): Role => {
    const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? "") ?? [];
    return token !== undefined && isToken(token) ? "editor" : "anonymous";
  };

  return {
    role,

    requires(wanted) {
      const admits = async (request: FastifyRequest): Promise<void> => {
        if (roles.indexOf(role(request)) < roles.indexOf(wanted)) throw unauthorized(request);
      };
      return { onRequest: admits, config: { security: wanted === "anonymous" ? [{}, adminToken] : [adminToken] } };
    },
  };
}

function unauthorized({ headers: { authorization } }: FastifyRequest): ApiProblem {
  const challenge = 'Bearer realm="spotlight"';
  return authorization === undefined
    ? new ApiProblem(
        "unauthorized",
        "Send the admin token as `Authorization: Bearer <token>`. It is the stack output adminToken.",
        { headers: { "www-authenticate": challenge } },
      )
    : new ApiProblem("unauthorized", "The admin token is wrong. Use the stack output adminToken.", {
        // RFC 6750: name the error only where credentials were sent.
        headers: { "www-authenticate": `${challenge}, error="invalid_token"` },
      });
}
