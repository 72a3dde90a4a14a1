import { AwsError } from "../errors.ts";

/** S3's own errors, by the codes and statuses of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */

/** 404: the object does not exist, and the caller may know. */
export function noSuchKey(key: string): AwsError {
  return new AwsError("NoSuchKey", "The specified key does not exist.", 404, { Key: key });
}

/** 404: the bucket does not exist. */
export function noSuchBucket(bucket: string): AwsError {
  return new AwsError("NoSuchBucket", "The specified bucket does not exist", 404, { BucketName: bucket });
}

/** 404: the multipart upload was completed, aborted or never started. */
export function noSuchUpload(uploadId: string): AwsError {
  return new AwsError(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been " +
      "aborted or completed.",
    404,
    { UploadId: uploadId },
  );
}

/** 412: an If-… condition did not hold; `condition` is the header's name. */
export function preconditionFailed(condition: string): AwsError {
  return new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412, {
    Condition: condition,
  });
}

/** 400: a header or query parameter has an invalid value. */
export function invalidArgument(message: string, name: string, value: string): AwsError {
  return new AwsError("InvalidArgument", message, 400, { ArgumentName: name, ArgumentValue: value });
}

/** 400: a request that contradicts itself or S3's rules. */
export function invalidRequest(message: string): AwsError {
  return new AwsError("InvalidRequest", message, 400);
}

/** 400: the body is not the XML that the operation expects. */
export function malformedXml(): AwsError {
  return new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
    400,
  );
}

/** 400: the received bytes do not match the caller's `name` digest. */
export function badDigest(name: string): AwsError {
  return new AwsError("BadDigest", `The ${name} you specified did not match the calculated checksum.`, 400);
}

/** 400: more bytes than `limit`. */
export function entityTooLarge(limit: number): AwsError {
  return new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400, {
    MaxSizeAllowed: limit,
  });
}

/** 400: fewer bytes than the request announced. */
export function incompleteBody(): AwsError {
  return new AwsError("IncompleteBody", "The request body terminated unexpectedly", 400);
}

/** 501: a part of S3 that the local engine does not support; never a silent success. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", `${what} is not supported by the local engine.`, 501);
}
