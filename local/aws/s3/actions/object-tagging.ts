import { readXml } from "../body.ts";
import { readableObject } from "../access.ts";
import { malformedXml } from "../errors.ts";
import { sendEmpty, sendXml } from "../reply.ts";
import { checkTags } from "../tags.ts";
import type { Action } from "./action.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export const getObjectTagging: Action = {
  name: "GetObjectTagging",
  method: "GET",
  about: "object",
  query: ["tagging"],
  async run(s3, request) {
    const { tags } = readableObject(s3, request.call.principal, request.bucket, request.key, "s3:GetObjectTagging");
    sendXml(request.call.response, "Tagging", {
      TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    });
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export const putObjectTagging: Action = {
  name: "PutObjectTagging",
  method: "PUT",
  about: "object",
  query: ["tagging"],
  async run(s3, request) {
    const object = readableObject(s3, request.call.principal, request.bucket, request.key, "s3:PutObjectTagging");
    const [set] = (await readXml(request, "Tagging")).children("TagSet");
    if (set === undefined) throw malformedXml();
    const tags = set.children("Tag").map((tag) => [tag.required("Key"), tag.required("Value")] as const);
    s3.index.tag(object, checkTags(Object.fromEntries(tags)));
    sendEmpty(request.call.response);
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export const deleteObjectTagging: Action = {
  name: "DeleteObjectTagging",
  method: "DELETE",
  about: "object",
  query: ["tagging"],
  async run(s3, request) {
    const object = readableObject(s3, request.call.principal, request.bucket, request.key, "s3:DeleteObjectTagging");
    s3.index.tag(object, {});
    sendEmpty(request.call.response, 204);
  },
};
