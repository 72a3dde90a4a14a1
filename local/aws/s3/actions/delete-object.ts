import { authorizeObject } from "../access.ts";
import { removeObject } from "../commit.ts";
import { checkWriteConditions, conditionsOf } from "../conditions.ts";
import { sendEmpty } from "../reply.ts";
import { causeOf, type Action } from "./action.ts";

/**
 * Deleting a missing key succeeds and sends no event.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 */
export const deleteObject: Action = {
  name: "DeleteObject",
  method: "DELETE",
  about: "object",
  async run(s3, request) {
    const { bucket, key, call } = request;
    authorizeObject(s3, call.principal, "s3:DeleteObject", bucket, key);
    const { ifMatch } = conditionsOf(request.headers);
    if (ifMatch !== undefined) checkWriteConditions({ ifMatch }, key, s3.index.object(bucket, key));
    await removeObject(s3, bucket, key, causeOf(request));
    sendEmpty(call.response, 204);
  },
};
