import { AwsError } from "../../errors.ts";
import { authorizeObject } from "../access.ts";
import { readXml } from "../body.ts";
import { removeObject } from "../commit.ts";
import { malformedXml, notImplemented } from "../errors.ts";
import { sendXml } from "../reply.ts";
import type { XmlElements } from "../xml.ts";
import { causeOf, type Action } from "./action.ts";

const maxKeys = 1000;

/** Each key succeeds or fails on its own. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteObjects: Action = {
  name: "DeleteObjects",
  method: "POST",
  about: "bucket",
  query: ["delete"],
  async run(s3, request) {
    const { bucket, call } = request;
    s3.index.configuration(bucket);
    const document = await readXml(request, "Delete");
    const objects = document.children("Object");
    if (objects.length === 0 || objects.length > maxKeys) throw malformedXml();
    const deleted: XmlElements[] = [];
    const errors: XmlElements[] = [];
    for (const object of objects) {
      const key = object.required("Key");
      try {
        if (object.text("VersionId") !== undefined) throw notImplemented("Deleting a version of an object");
        authorizeObject(s3, call.principal, "s3:DeleteObject", bucket, key);
        await removeObject(s3, bucket, key, causeOf(request));
        deleted.push({ Key: key });
      } catch (cause) {
        if (!(cause instanceof AwsError)) throw cause;
        errors.push({ Key: key, Code: cause.code, Message: cause.message });
      }
    }
    sendXml(call.response, "DeleteResult", {
      Deleted: document.text("Quiet") === "true" ? [] : deleted,
      Error: errors,
    });
  },
};
