import { createReadStream } from "node:fs";
import type { Asset, Properties, ResourceProvider } from "../../../engine/provider.ts";
import { invalidRequest } from "../errors.ts";
import { maybeText, text, textMap } from "../../support/inputs.ts";
import { defaultContentType } from "../attributes.ts";
import { createDigest } from "../checksums.ts";
import { commitObject, removeObject } from "../commit.ts";
import type { ObjectAttributes, StoredObject } from "../object-index.ts";
import { requestId } from "../reply.ts";
import { objectArn, type S3 } from "../service.ts";
import { checkTags } from "../tags.ts";

const headerInputs = {
  cacheControl: "cache-control",
  contentDisposition: "content-disposition",
  contentEncoding: "content-encoding",
  contentLanguage: "content-language",
} as const;
const engine = { principal: { kind: "engine" }, sourceAddress: "127.0.0.1" } as const;

/**
 * An object whose bytes come from the program. It is rewritten only if its bytes or headers differ from the stored
 * ones.
 */
export function bucketObjectProvider(s3: S3, type = "aws:s3/bucketObjectv2:BucketObjectv2"): ResourceProvider {
  return {
    type,
    honoured: [
      "bucket",
      "key",
      "source",
      "content",
      "contentBase64",
      "contentType",
      "metadata",
      "tags",
      ...Object.keys(headerInputs),
    ],
    // Changes are detected by comparing the bytes.
    ignored: [
      "etag",
      "sourceHash",
      "forceDestroy",
      "acl",
      "storageClass",
      "serverSideEncryption",
      "bucketKeyEnabled",
      "checksumAlgorithm",
    ],
    replaceOnChanges: ["bucket", "key"],
    async apply({ name, inputs }) {
      const bucket = text(inputs, "bucket");
      const key = maybeText(inputs, "key") ?? name;
      s3.index.configuration(bucket);
      const attributes = attributesOf(inputs);
      const etag = await md5Of(bytesOf(inputs));
      const current = s3.index.object(bucket, key);
      const object =
        current !== undefined && isSame(current, etag, attributes)
          ? current
          : await upload(s3, { bucket, key, etag, attributes, bytes: bytesOf(inputs) });
      return {
        id: `${bucket}/${key}`,
        outputs: {
          bucket,
          key,
          arn: objectArn(bucket, key),
          etag,
          contentType: object.headers["content-type"],
          storageClass: "STANDARD",
          serverSideEncryption: "AES256",
          versionId: "",
        },
      };
    },
    async remove(state) {
      const slash = state.id.indexOf("/");
      const bucket = state.id.slice(0, slash);
      if (s3.index.hasBucket(bucket))
        await removeObject(s3, bucket, state.id.slice(slash + 1), { ...engine, requestId: requestId() });
    },
  };
}

async function upload(
  s3: S3,
  object: { bucket: string; key: string; etag: string; attributes: ObjectAttributes; bytes: AsyncIterable<Buffer> },
): Promise<StoredObject> {
  const { bucket, key, attributes } = object;
  const md5 = createDigest("MD5");
  let size = 0;
  const blob = await s3.blobs.write(
    (async function* () {
      for await (const chunk of object.bytes) {
        md5.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    })(),
  );
  const etag = md5.digest().toString("hex");
  return commitObject(
    s3,
    { bucket, key, blob, size, etag, ...attributes },
    { event: "ObjectCreated:Put", cause: { ...engine, requestId: requestId() } },
  );
}

function attributesOf(inputs: Properties): ObjectAttributes {
  const headers: Record<string, string> = { "content-type": maybeText(inputs, "contentType") ?? defaultContentType };
  for (const [input, header] of Object.entries(headerInputs)) {
    const value = maybeText(inputs, input);
    if (value !== undefined) headers[header] = value;
  }
  return { headers, metadata: textMap(inputs, "metadata"), tags: checkTags(textMap(inputs, "tags")) };
}

function isSame(object: StoredObject, etag: string, { headers, metadata, tags }: ObjectAttributes): boolean {
  const sorted = (record: Record<string, string>): [string, string][] =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const comparable = (attributes: ObjectAttributes): string =>
    JSON.stringify([sorted(attributes.headers), sorted(attributes.metadata), sorted(attributes.tags)]);
  return object.etag === etag && comparable(object) === comparable({ headers, metadata, tags });
}

async function md5Of(bytes: AsyncIterable<Buffer>): Promise<string> {
  const md5 = createDigest("MD5");
  for await (const chunk of bytes) md5.update(chunk);
  return md5.digest().toString("hex");
}

async function* bytesOf(inputs: Properties): AsyncGenerator<Buffer> {
  const { source } = inputs;
  const content = maybeText(inputs, "content");
  const base64 = maybeText(inputs, "contentBase64");
  if (content !== undefined) yield Buffer.from(content);
  else if (base64 !== undefined) yield Buffer.from(base64, "base64");
  else if (!isAsset(source))
    throw invalidRequest("A bucket object needs source (a file or string asset), content or contentBase64.");
  else if ("text" in source.$asset) yield Buffer.from(source.$asset.text);
  else yield* createReadStream(source.$asset.path) as AsyncIterable<Buffer>;
}

function isAsset(value: unknown): value is Asset {
  return typeof value === "object" && value !== null && "$asset" in value;
}
