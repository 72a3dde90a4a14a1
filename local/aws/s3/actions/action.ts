import { requestId } from "../reply.ts";
import type { Cause } from "../commit.ts";
import type { S3Request } from "../request.ts";
import type { S3 } from "../service.ts";

/** One operation of S3's API. */
export interface Action {
  name: string;
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** What its path names. */
  about: "account" | "bucket" | "object";
  /** Query parameters that make it this operation. */
  query?: readonly string[];
  /** Optional query parameters. Any other is rejected: it would ask for something that the engine does not do. */
  optional?: readonly string[];
  /** A header that makes it this operation. */
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
