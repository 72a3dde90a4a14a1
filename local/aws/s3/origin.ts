import type { Origin } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { readableObject } from "./access.ts";
import { notImplemented } from "./errors.ts";
import { requestId, sendError } from "./reply.ts";
import { decode } from "./request.ts";
import { responseOverrides } from "./response-overrides.ts";
import { sendObject } from "./send-object.ts";
import type { S3 } from "./service.ts";

/** The domain name by which a distribution reaches a bucket. */
export function regionalDomainName(bucket: string, region: string): string {
  return `${bucket}.s3.${region}.amazonaws.com`;
}

/** A bucket as the origin of a distribution: GET and HEAD of objects that the bucket's policy lets it read. */
export function bucketOrigin(s3: S3, bucket: string): Origin {
  return async ({ request, response, path, headers, principal }) => {
    const method = request.method ?? "GET";
    response.setHeader("x-amz-request-id", requestId());
    try {
      // S3's response to a browser's preflight on a bucket without a CORS configuration.
      if (method === "OPTIONS")
        throw new AwsError("AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.", 403);
      if (method !== "GET" && method !== "HEAD") throw notImplemented(`${method} through a distribution`);
      const [keyPath = "", query] = path.split("?", 2);
      const object = readableObject(s3, principal, bucket, decode(keyPath.slice(1)));
      const overrides = responseOverrides(new URLSearchParams(query), principal);
      await sendObject(s3.blobs, object, { method, headers }, response, overrides);
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      sendError({ call: { request, response, principal, url: new URL("http://origin/") }, method }, cause);
    }
  };
}
