import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";

/**
 * An onSend hook: gives every successful read an ETag of its body, and answers 304 without the body to a caller who has
 * it (`If-None-Match`). The tag is weak because the distribution compresses: brotli, gzip and plain share it.
 * CloudFront revalidates with it, too, when the two seconds of its copy are over. `content-type` stays: a cache may
 * update its copy with the headers of a 304, and API Gateway would add another one.
 */
export async function answerUnchanged(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (typeof payload !== "string" || reply.statusCode !== 200 || !["GET", "HEAD"].includes(request.method))
    return payload;
  const tag = createHash("sha256").update(payload).digest("base64url").slice(0, 22);
  reply.header("etag", `W/"${tag}"`);
  if (!names(request.headers["if-none-match"], tag)) return payload;
  reply.code(304);
  return "";
}

/** Whether the header lists this tag, weak or strong (RFC 9110, section 13.1.2). */
function names(header: string | undefined, tag: string): boolean {
  return (header ?? "").split(",").some((one) => {
    const entry = one.trim();
    return entry === "*" || entry.replace(/^W\//, "") === `"${tag}"`;
  });
}
