import { rm } from "node:fs/promises";
import type { ObjectStore } from "../cloud.ts";
import { authorizeObject, readableObject } from "./access.ts";
import { defaultContentType } from "./attributes.ts";
import { createDigest } from "./checksums.ts";
import { commitObject } from "./commit.ts";
import { requestId } from "./reply.ts";
import type { S3 } from "./service.ts";

/** S3 for the other local services: files instead of streams over HTTP, with the same permissions and notifications. */
export function objectStore(s3: S3): ObjectStore {
  return {
    async file(principal, bucket, key) {
      const object = readableObject(s3, principal, bucket, key);
      return {
        path: s3.blobs.path(object.blob),
        size: object.size,
        etag: object.etag,
        contentType: object.headers["content-type"] ?? defaultContentType,
      };
    },
    async put(principal, bucket, key, file, contentType) {
      authorizeObject(s3, principal, "s3:PutObject", bucket, key);
      const blob = await s3.blobs.adopt(file);
      const md5 = createDigest("MD5");
      let size = 0;
      for await (const bytes of s3.blobs.read(blob) as AsyncIterable<Buffer>) {
        md5.update(bytes);
        size += bytes.length;
      }
      const cause = {
        principal,
        requestId: requestId(),
        sourceAddress: principal.kind === "service" ? principal.service : "127.0.0.1",
      };
      const attributes = { headers: { "content-type": contentType }, metadata: {}, tags: {} };
      await commitObject(
        s3,
        { bucket, key, blob, size, etag: md5.digest().toString("hex"), ...attributes },
        { event: "ObjectCreated:Put", cause },
      );
      await rm(file);
    },
  };
}
