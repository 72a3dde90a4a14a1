import { readableObject } from "../access.ts";
import { overridable, responseOverrides } from "../response-overrides.ts";
import { sendObject } from "../send-object.ts";
import type { Action } from "./action.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: Action = {
  name: "GetObject",
  method: "GET",
  about: "object",
  optional: overridable.map((name) => `response-${name}`),
  async run(s3, request) {
    const object = readableObject(s3, request.call.principal, request.bucket, request.key);
    const overrides = responseOverrides(request.query, request.call.principal);
    await sendObject(s3.blobs, object, request, request.call.response, overrides);
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject: Action = { ...getObject, name: "HeadObject", method: "HEAD" };
