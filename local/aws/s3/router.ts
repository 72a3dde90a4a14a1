import { isDiskFull } from "../../disk.ts";
import { AwsError, DiskFull } from "../errors.ts";
import type { ServiceApi } from "../cloud.ts";
import type { Action } from "./actions/action.ts";
import { getBucketLocation, headBucket, listBuckets } from "./actions/buckets.ts";
import { completeMultipartUpload } from "./actions/complete-multipart-upload.ts";
import { copyObject } from "./actions/copy-object.ts";
import { deleteObject } from "./actions/delete-object.ts";
import { deleteObjects } from "./actions/delete-objects.ts";
import { getObject, headObject } from "./actions/get-object.ts";
import { listObjectsV2 } from "./actions/list-objects.ts";
import {
  abortMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
} from "./actions/multipart.ts";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./actions/object-tagging.ts";
import { putObject } from "./actions/put-object.ts";
import { uploadPartCopy } from "./actions/upload-part-copy.ts";
import { notImplemented } from "./errors.ts";
import { checkPresigned, signingParameters } from "./presigned.ts";
import { requestId, sendError } from "./reply.ts";
import { header, parseRequest, type S3Request } from "./request.ts";
import type { S3 } from "./service.ts";

/** The first match wins, so actions with more query parameters and headers come first. */
const actions: readonly Action[] = [
  uploadPartCopy,
  uploadPart,
  copyObject,
  getObjectTagging,
  putObjectTagging,
  deleteObjectTagging,
  createMultipartUpload,
  completeMultipartUpload,
  abortMultipartUpload,
  listParts,
  listMultipartUploads,
  listObjectsV2,
  deleteObjects,
  getBucketLocation,
  getObject,
  headObject,
  putObject,
  deleteObject,
  headBucket,
  listBuckets,
];

/** S3's API, path-style: `/BUCKET/KEY`. Unsupported requests get a 501, never a similar operation. */
export function s3Api(s3: S3): ServiceApi {
  return {
    signingName: "s3",
    async handle(call) {
      call.response.setHeader("x-amz-request-id", requestId());
      let request: Pick<S3Request, "call" | "method"> = { call, method: call.request.method ?? "GET" };
      try {
        const parsed = parseRequest(call);
        request = parsed;
        checkPresigned(s3.cloud.iam, parsed);
        await findAction(parsed).run(s3, parsed);
      } catch (cause) {
        // The caller disconnected while sending its body, so no one would read a response.
        if (call.request.errored !== null) return;
        const error = isDiskFull(cause) ? new DiskFull(cause) : cause;
        if (!(error instanceof AwsError)) throw error;
        sendError(request, error);
      }
    },
  };
}

function findAction(request: S3Request): Action {
  const about = request.bucket === "" ? "account" : request.key === "" ? "bucket" : "object";
  const found = actions.find(
    (action) =>
      action.method === request.method &&
      action.about === about &&
      (action.query ?? []).every((name) => request.query.has(name)) &&
      (action.header === undefined || header(request, action.header) !== undefined),
  );
  const taken = new Set([...(found?.query ?? []), ...(found?.optional ?? []), ...signingParameters, "x-id"]);
  const unknown = [...request.query.keys()].find((name) => !taken.has(name));
  if (unknown !== undefined) throw notImplemented(`${request.method} with the sub-resource or parameter "${unknown}"`);
  if (found === undefined)
    throw notImplemented(`${request.method} on ${about === "account" ? "the account" : `the ${about}`}`);
  return found;
}
