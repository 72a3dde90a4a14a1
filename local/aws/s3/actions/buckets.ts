import { authorizeBucket } from "../access.ts";
import { sendEmpty, sendXml } from "../reply.ts";
import type { Action } from "./action.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets: Action = {
  name: "ListBuckets",
  method: "GET",
  about: "account",
  async run(s3, request) {
    s3.cloud.iam.authorize(request.call.principal, "s3:ListAllMyBuckets", "*");
    const owner = s3.cloud.accountId;
    sendXml(request.call.response, "ListAllMyBucketsResult", {
      Owner: { ID: owner },
      Buckets: {
        Bucket: s3.index
          .buckets()
          .map(({ name, created }) => ({ Name: name, CreationDate: new Date(created), BucketRegion: s3.cloud.region })),
      },
    });
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket: Action = {
  name: "HeadBucket",
  method: "HEAD",
  about: "bucket",
  async run(s3, request) {
    authorizeBucket(s3, request.call.principal, "s3:ListBucket", request.bucket);
    sendEmpty(request.call.response, 200, { "x-amz-bucket-region": s3.cloud.region });
  },
};

/**
 * For us-east-1 the response is an empty element.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
 */
export const getBucketLocation: Action = {
  name: "GetBucketLocation",
  method: "GET",
  about: "bucket",
  query: ["location"],
  async run(s3, request) {
    authorizeBucket(s3, request.call.principal, "s3:GetBucketLocation", request.bucket);
    sendXml(request.call.response, "LocationConstraint", {});
  },
};
