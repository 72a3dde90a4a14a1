import { requestId } from "../reply.ts";
import type { Cause } from "../commit.ts";
import type { S3Request } from "../request.ts";
import type { S3 } from "../service.ts";

/** One operation of S3's API. */
export interface Action {
  name: string;
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** What the path must name. */
  about: "account" | "bucket" | "object";
  /** Query parameters that select this operation. */
  query?: readonly string[];
  /** Optional query parameters. Any other is rejected, because it would request something unsupported. */
  optional?: readonly string[];
  /** A header that selects this operation. */
  header?: string;
  run(s3: S3, request: S3Request): Promise<void>;
}

/** Who caused a request, for its event. */
export function causeOf({ call }: S3Request): Cause {
  const id = call.response.getHeader("x-amz-request-id");
  return {
    principal: call.principal,
    requestId: typeof id === "string" ? id : requestId(),
    sourceAddress: call.request.socket.remoteAddress ?? "127.0.0.1",
  };
}
