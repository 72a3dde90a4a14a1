import { authorizeObject } from "../access.ts";
import { attributesOf } from "../attributes.ts";
import { commitObject } from "../commit.ts";
import { checkWriteConditions, conditionsOf } from "../conditions.ts";
import { ingest } from "../ingest.ts";
import { checksumHeaders, encryptionHeader, sendEmpty } from "../reply.ts";
import { causeOf, type Action } from "./action.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: Action = {
  name: "PutObject",
  method: "PUT",
  about: "object",
  async run(s3, request) {
    const { bucket, key, call } = request;
    authorizeObject(s3, call.principal, "s3:PutObject", bucket, key);
    const attributes = attributesOf(request);
    if (Object.keys(attributes.tags).length > 0)
      authorizeObject(s3, call.principal, "s3:PutObjectTagging", bucket, key);
    const conditions = conditionsOf(request.headers);
    // Reject early if the conditions already fail; the transaction makes the final decision.
    checkWriteConditions(conditions, key, s3.index.object(bucket, key));
    const { blob, size, etag, checksum } = await ingest(s3.blobs, request);
    await commitObject(
      s3,
      { bucket, key, blob, size, etag, checksum, ...attributes },
      { event: "ObjectCreated:Put", cause: causeOf(request), conditions },
    );
    sendEmpty(call.response, 200, { etag: `"${etag}"`, ...checksumHeaders(checksum), ...encryptionHeader });
  },
};
