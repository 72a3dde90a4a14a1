import { readableObject } from "../access.ts";
import { sendObject } from "../send-object.ts";
import type { Action } from "./action.ts";

/** Query parameters by which a (presigned) GET replaces stored headers. */
const overrides = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: Action = {
  name: "GetObject",
  method: "GET",
  about: "object",
  optional: overrides.map((name) => `response-${name}`),
  async run(s3, request) {
    const object = readableObject(s3, request.call.principal, request.bucket, request.key);
    const replaced = overrides.flatMap((name) => {
      const value = request.query.get(`response-${name}`);
      return value === null ? [] : [[name, value] as const];
    });
    await sendObject(s3.blobs, object, request, request.call.response, Object.fromEntries(replaced));
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject: Action = { ...getObject, name: "HeadObject", method: "HEAD" };
