import type { FastifyRequest } from "fastify";

/**
 * An onRequest hook: what has no body has no content type. Clients set one on every request, or with `curl -d ''`;
 * without this, Fastify reads the empty body by it and refuses.
 */
export async function ignoreTypeOfNothing({ headers }: FastifyRequest): Promise<void> {
  const { "content-length": length = "0", "transfer-encoding": encoding } = headers;
  if (encoding === undefined && Number(length) === 0) delete headers["content-type"];
}
