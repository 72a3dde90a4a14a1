import type { FastifyRequest } from "fastify";
import type { AdminToken } from "./admin-token.ts";
import { ApiProblem } from "./problems.ts";

/** Roles, in ascending order of rights. */
const roles = ["anonymous", "viewer", "editor"] as const;

/** The role of a caller: anyone, a viewer (reserved for private viewing), or an editor, who sends the admin token. */
export type Role = (typeof roles)[number];

/** OpenAPI security requirements: the caller meets any one of them. */
export type Security = readonly Readonly<Record<string, string[]>>[];

const bearer = { adminToken: [] };

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
  /** The role that the request's credentials grant. Only with credentials, this reads the catalogue. */
  role(request: FastifyRequest): Promise<Role>;
  /**
   * Admits callers with at least this role. The hook throws `unauthorized` before the body is read; the OpenAPI
   * document lists the credentials. `anonymous` admits everyone: use it where the answer depends on the role.
   */
  requires(role: Role): Requirement;
}

/** Recognises callers by the admin token. */
export function createCaller(adminToken: AdminToken): Caller {
  const role = async (request: FastifyRequest): Promise<Role> => {
    const token = tokenOf(request);
    return token !== undefined && (await adminToken.accepts(token)) ? "editor" : "anonymous";
  };

  return {
    role,

    requires(wanted) {
      if (wanted === "anonymous") return { onRequest: async () => undefined, config: { security: [{}, bearer] } };
      const admits = async (request: FastifyRequest): Promise<void> => {
        if (roles.indexOf(await role(request)) < roles.indexOf(wanted)) throw unauthorized(request);
      };
      return { onRequest: admits, config: { security: [bearer] } };
    },
  };
}

/** The token that the request carries; `undefined` without one, and for what can't be one. */
export function tokenOf({ headers: { authorization = "" } }: FastifyRequest): string | undefined {
  return /^Bearer +([\w.~+/=-]+)$/i.exec(authorization)?.[1];
}

function unauthorized({ headers: { authorization } }: FastifyRequest): ApiProblem {
  const challenge = 'Bearer realm="spotlight"';
  return authorization === undefined
    ? new ApiProblem(
        "unauthorized",
        "Send the admin token as `Authorization: Bearer <token>`. It is the stack output adminToken, or what its " +
          "last rotation answered.",
        { headers: { "www-authenticate": challenge } },
      )
    : new ApiProblem(
        "unauthorized",
        "The admin token is wrong. Use the stack output adminToken, or what its last rotation answered.",
        {
          // RFC 6750: name the error only where credentials were sent.
          headers: { "www-authenticate": `${challenge}, error="invalid_token"` },
        },
      );
}
