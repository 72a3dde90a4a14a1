import { readableObject } from "./access.ts";
import { conditionsOf, readCondition } from "./conditions.ts";
import { invalidArgument, notImplemented, preconditionFailed } from "./errors.ts";
import type { StoredObject } from "./object-index.ts";
import { decode, header, type S3Request } from "./request.ts";
import type { S3 } from "./service.ts";

/**
 * The object that `x-amz-copy-source` names, if the caller may read it and the `x-amz-copy-source-if-…` conditions
 * hold.
 */
export function copySource(s3: S3, request: S3Request): StoredObject {
  const text = header(request, "x-amz-copy-source") ?? "";
  const [path = "", version] = text.replace(/^\//, "").split("?");
  if (version !== undefined) throw notImplemented("Copying a version of an object");
  const slash = path.indexOf("/");
  if (slash <= 0 || slash === path.length - 1) {
    throw invalidArgument(
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
      "x-amz-copy-source",
      text,
    );
  }
  const object = readableObject(
    s3,
    request.call.principal,
    decode(path.slice(0, slash)),
    decode(path.slice(slash + 1)),
  );
  if (readCondition(conditionsOf(request.headers, "x-amz-copy-source-"), object) === "not-modified")
    throw preconditionFailed("x-amz-copy-source-If-None-Match");
  return object;
}
