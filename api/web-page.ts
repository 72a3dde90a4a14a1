import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";

/** The page as it was built. Read anew each time, since a deployment replaces the files that it refers to, too. */
export type WebPage = () => Promise<string>;

/** The page in its bucket. */
export function createWebPage({ s3, bucket }: { s3: S3Client; bucket: string }): WebPage {
  return async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "index.html" }));
    if (Body === undefined) throw new Error("S3 answered no body for the page");
    return Body.transformToString();
  };
}
