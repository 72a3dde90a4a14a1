import { authorizeObject } from "../access.ts";
import { BlobStore } from "../blob-store.ts";
import { createDigest, digested } from "../checksums.ts";
import { copySource } from "../copy-source.ts";
import { invalidArgument, noSuchUpload } from "../errors.ts";
import { parseRange } from "../range.ts";
import { encryptionHeader, sendXml } from "../reply.ts";
import { header } from "../request.ts";
import { quoted } from "../xml.ts";
import type { Action } from "./action.ts";
import { partNumber, requireUpload } from "./multipart.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const uploadPartCopy: Action = {
  name: "UploadPartCopy",
  method: "PUT",
  about: "object",
  query: ["partNumber", "uploadId"],
  header: "x-amz-copy-source",
  async run(s3, request) {
    const { bucket, key, call } = request;
    authorizeObject(s3, call.principal, "s3:PutObject", bucket, key);
    const upload = requireUpload(s3, request);
    const number = partNumber(request);
    const source = copySource(s3, request);
    const wanted = header(request, "x-amz-copy-source-range");
    const range = parseRange(wanted, source.size);
    if (wanted !== undefined && range === undefined) {
      throw invalidArgument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last " +
          "are the zero-based offsets of the first and last bytes to copy",
        "x-amz-copy-source-range",
        wanted,
      );
    }
    const md5 = createDigest("MD5");
    const extra = upload.checksum === undefined ? undefined : createDigest(upload.checksum.algorithm);
    const handle = await s3.blobs.open(source.blob);
    const blob = await s3.blobs
      .write(digested(BlobStore.stream(handle, range), md5, extra))
      .finally(() => handle.close());
    const etag = md5.digest().toString("hex");
    const checksum =
      extra === undefined || upload.checksum === undefined
        ? undefined
        : ({
            algorithm: upload.checksum.algorithm,
            value: extra.digest().toString("base64"),
            type: "FULL_OBJECT",
          } as const);
    const size = range === undefined ? source.size : range.end - range.start + 1;
    const modified = Date.now();
    const stored = s3.uploads.putPart(upload.id, { number, blob, size, etag, modified, checksum });
    if (stored === undefined) {
      await s3.blobs.delete(blob);
      throw noSuchUpload(upload.id);
    }
    await s3.blobs.delete(stored.replaced);
    sendXml(
      call.response,
      "CopyPartResult",
      {
        ETag: quoted(etag),
        LastModified: new Date(modified),
        ...(checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value }),
      },
      encryptionHeader,
    );
  },
};
