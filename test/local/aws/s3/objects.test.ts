import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  PutObjectAclCommand,
  PutObjectRetentionCommand,
  S3Client,
  S3ServiceException,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { createS3 } from "../../../../local/aws/s3/index.ts";
import type { ObjectStore, ServiceModule } from "../../../../local/aws/cloud.ts";
import { startStorageCloud, type StorageCloud } from "../../../support/storage.ts";
import { until } from "../../../support/until.ts";

const Bucket = "clips";

describe("S3 objects", () => {
  let storage: StorageCloud;
  let s3: ServiceModule & ObjectStore;
  let client: S3Client;

  before(async () => {
    storage = await startStorageCloud();
    s3 = await createS3(storage.cloud);
    storage.gateway.register(s3.api!);
    await storage.apply(s3, "aws:s3/bucket:Bucket", { bucket: Bucket });
    const { config } = await storage.role([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    client = new S3Client({ ...config, forcePathStyle: true });
  });

  after(async () => {
    client.destroy();
    await s3.stop();
    await storage.stop();
  });

  const text = async (Key: string): Promise<string> =>
    (await client.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();
  const blobs = (): Promise<string[]> => readdir(join(storage.cloud.dataFolder, "s3", "blobs"));

  it("stores an object with its headers and metadata and returns them", async () => {
    const put = await client.send(
      new PutObjectCommand({
        Bucket,
        Key: "a.mp4",
        Body: "moving pictures",
        ContentType: "video/mp4",
        CacheControl: "max-age=60",
        Metadata: { channel: "main" },
      }),
    );
    const etag = `"${createHash("md5").update("moving pictures").digest("hex")}"`;
    assert.equal(put.ETag, etag);
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "a.mp4" }));
    assert.equal(await got.Body!.transformToString(), "moving pictures");
    assert.deepEqual(
      [
        got.ETag,
        got.ContentType,
        got.CacheControl,
        got.ContentLength,
        got.Metadata,
        got.AcceptRanges,
        got.ServerSideEncryption,
      ],
      [etag, "video/mp4", "max-age=60", 15, { channel: "main" }, "bytes", "AES256"],
    );
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a.mp4" }));
    assert.deepEqual([head.ETag, head.ContentLength, head.Metadata], [etag, 15, { channel: "main" }]);
  });

  it("accepts an aws-chunked stream and does not store that coding", async () => {
    const bytes = Buffer.alloc(300_000, "frame ");
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key: "stream",
        Body: Readable.from([bytes.subarray(0, 70_001), bytes.subarray(70_001)]),
        ContentLength: bytes.length,
        ContentEncoding: "gzip",
      }),
    );
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "stream" }));
    assert.equal(got.ContentEncoding, "gzip");
    assert.deepEqual(Buffer.from(await got.Body!.transformToByteArray()), bytes);
  });

  it("stores an empty object", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "empty", Body: new Uint8Array(0) }));
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "empty" }));
    assert.deepEqual([got.ContentLength, await got.Body!.transformToString()], [0, ""]);
    await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: "empty", Range: "bytes=0-" })), {
      name: "InvalidRange",
    });
  });

  for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const) {
    it(`verifies and returns ${algorithm}`, async () => {
      const put = await client.send(
        new PutObjectCommand({ Bucket, Key: algorithm, Body: "123456789", ChecksumAlgorithm: algorithm }),
      );
      const expected = {
        CRC32: Buffer.from("cbf43926", "hex"),
        CRC32C: Buffer.from("e3069283", "hex"),
        CRC64NVME: Buffer.from("ae8b14860a799888", "hex"),
        SHA1: createHash("sha1").update("123456789").digest(),
        SHA256: createHash("sha256").update("123456789").digest(),
      }[algorithm].toString("base64");
      assert.equal(put[`Checksum${algorithm}`], expected);
      const got = await client.send(new GetObjectCommand({ Bucket, Key: algorithm, ChecksumMode: "ENABLED" }));
      assert.equal(got[`Checksum${algorithm}`], expected);
      assert.equal(await got.Body!.transformToString(), "123456789");
    });
  }

  it("rejects a body that does not match its digest, and stores nothing", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "kept", Body: "first" }));
    const before = await blobs();
    await assert.rejects(
      client.send(
        new PutObjectCommand({
          Bucket,
          Key: "kept",
          Body: "second",
          ContentMD5: createHash("md5").update("other").digest("base64"),
        }),
      ),
      { name: "BadDigest" },
    );
    await assert.rejects(
      client.send(new PutObjectCommand({ Bucket, Key: "kept", Body: "second", ChecksumCRC32: "AAAAAA==" })),
      { name: "BadDigest" },
    );
    await assert.rejects(
      client.send(new PutObjectCommand({ Bucket, Key: "kept", Body: "second", ContentMD5: "bm90IG1kNQ==" })),
      { name: "InvalidDigest" },
    );
    assert.equal(await text("kept"), "first");
    assert.deepEqual((await blobs()).sort(), before.sort());
  });

  it("keeps the old object and leaves no file behind when an upload is cut off", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "broken", Body: "whole" }));
    const before = await blobs();
    const { credentials } = client.config;
    const { accessKeyId } = await credentials();
    const { hostname, port } = new URL(storage.gateway.url());
    await new Promise<void>((resolve) => {
      const upload = httpRequest({
        hostname,
        port,
        method: "PUT",
        path: `/${Bucket}/broken`,
        headers: {
          authorization:
            `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/s3/aws4_request, ` +
            "SignedHeaders=host, Signature=0",
          "content-length": 1_000_000,
        },
      });
      upload.on("error", () => resolve());
      upload.write(Buffer.alloc(200_000), () => upload.destroy());
      upload.on("close", () => resolve());
    });
    await until(async () => (await blobs()).length === before.length);
    assert.equal(await text("broken"), "whole");
  });

  it("serves ranges: first to last byte, open-ended, and from the end", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "digits", Body: "0123456789" }));
    const range = async (Range: string): Promise<[string | undefined, string]> => {
      const got = await client.send(new GetObjectCommand({ Bucket, Key: "digits", Range }));
      return [got.ContentRange, await got.Body!.transformToString()];
    };
    assert.deepEqual(await range("bytes=2-4"), ["bytes 2-4/10", "234"]);
    assert.deepEqual(await range("bytes=7-"), ["bytes 7-9/10", "789"]);
    assert.deepEqual(await range("bytes=-3"), ["bytes 7-9/10", "789"]);
    assert.deepEqual(await range("bytes=8-99"), ["bytes 8-9/10", "89"]);
    await assert.rejects(range("bytes=10-12"), { name: "InvalidRange", ActualObjectSize: "10" });
  });

  it("honours conditional reads", async () => {
    const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: "conditional", Body: "x" }));
    await assert.rejects(
      client.send(new GetObjectCommand({ Bucket, Key: "conditional", IfNoneMatch: ETag })),
      notModified,
    );
    await assert.rejects(
      client.send(new GetObjectCommand({ Bucket, Key: "conditional", IfModifiedSince: new Date() })),
      notModified,
    );
    await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: "conditional", IfMatch: '"0"' })), {
      name: "PreconditionFailed",
    });
    await assert.rejects(
      client.send(new GetObjectCommand({ Bucket, Key: "conditional", IfUnmodifiedSince: new Date(0) })),
      { name: "PreconditionFailed" },
    );
    const got = await client.send(
      new GetObjectCommand({ Bucket, Key: "conditional", IfMatch: ETag, IfUnmodifiedSince: new Date(0) }),
    );
    assert.equal(await got.Body!.transformToString(), "x");
  });

  it("honours conditional writes: create only, or replace only that version", async () => {
    const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: "once", Body: "1", IfNoneMatch: "*" }));
    await assert.rejects(client.send(new PutObjectCommand({ Bucket, Key: "once", Body: "2", IfNoneMatch: "*" })), {
      name: "PreconditionFailed",
    });
    await client.send(new PutObjectCommand({ Bucket, Key: "once", Body: "3", IfMatch: ETag }));
    await assert.rejects(client.send(new PutObjectCommand({ Bucket, Key: "once", Body: "4", IfMatch: ETag })), {
      name: "PreconditionFailed",
    });
    await assert.rejects(client.send(new PutObjectCommand({ Bucket, Key: "never", Body: "5", IfMatch: ETag })), {
      name: "NoSuchKey",
    });
    assert.equal(await text("once"), "3");
    const racers = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        client.send(new PutObjectCommand({ Bucket, Key: "race", Body: String(i), IfNoneMatch: "*" })),
      ),
    );
    assert.equal(racers.filter(({ status }) => status === "fulfilled").length, 1);
  });

  it("accepts any UTF-8 key, including dots and slashes, without leaving its folder", async () => {
    const keys = [
      "a b+c%20.ts",
      "../../etc/passwd",
      "./x",
      "a//b",
      "손흥민/골.mp4",
      "quote\"<&>'",
      "tab\tline\nend",
      "a/../b",
      "?x=1&y#z",
      "💡".repeat(200),
    ];
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key: `keys/${Key}`, Body: Key }));
    for (const Key of keys) assert.equal(await text(`keys/${Key}`), Key);
    const listed = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "keys/" }));
    assert.deepEqual(new Set(listed.Contents!.map(({ Key }) => Key!.slice(5))), new Set(keys));
    await assert.rejects(client.send(new PutObjectCommand({ Bucket, Key: "é".repeat(513), Body: "-" })), {
      name: "KeyTooLongError",
    });
  });

  it("copies an object with its metadata or with new ones", async () => {
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key: "src 1+é",
        Body: "copied",
        ContentType: "video/mp2t",
        Metadata: { a: "1" },
        Tagging: "k=v",
      }),
    );
    const CopySource = `${Bucket}/${encodeURIComponent("src 1+é")}`;
    const copied = await client.send(new CopyObjectCommand({ Bucket, Key: "dst", CopySource }));
    assert.equal(copied.CopyObjectResult!.ETag, `"${createHash("md5").update("copied").digest("hex")}"`);
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "dst" }));
    assert.deepEqual(
      [await got.Body!.transformToString(), got.ContentType, got.Metadata, got.TagCount],
      ["copied", "video/mp2t", { a: "1" }, 1],
    );
    await client.send(
      new CopyObjectCommand({
        Bucket,
        Key: "dst",
        CopySource,
        MetadataDirective: "REPLACE",
        ContentType: "text/plain",
        Metadata: { b: "2" },
      }),
    );
    const replaced = await client.send(new HeadObjectCommand({ Bucket, Key: "dst" }));
    assert.deepEqual([replaced.ContentType, replaced.Metadata], ["text/plain", { b: "2" }]);
    await assert.rejects(client.send(new CopyObjectCommand({ Bucket, Key: "dst", CopySource: `${Bucket}/nothing` })), {
      name: "NoSuchKey",
    });
    await assert.rejects(client.send(new CopyObjectCommand({ Bucket, Key: "dst", CopySource: `${Bucket}/dst` })), {
      name: "InvalidRequest",
    });
  });

  it("deletes one object, many objects and missing objects", async () => {
    for (const Key of ["d/1", "d/2", "d/3"]) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const before = (await blobs()).length;
    await client.send(new DeleteObjectCommand({ Bucket, Key: "d/1" }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: "d/1" }));
    const deleted = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "d/2" }, { Key: "d/none" }, { Key: "d/3" }] } }),
    );
    assert.deepEqual(
      deleted.Deleted!.map(({ Key }) => Key),
      ["d/2", "d/none", "d/3"],
    );
    assert.equal((await blobs()).length, before - 3);
    await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: "d/2" })), { name: "NoSuchKey", Key: "d/2" });
    await assert.rejects(client.send(new HeadObjectCommand({ Bucket, Key: "d/2" })), { name: "NotFound" });
  });

  it("lists pages, rolls up by delimiter, starts after a key", async () => {
    for (const Key of ["l/a/1", "l/a/2", "l/b", "l/c/1", "l/d", "l/e/1"])
      await client.send(new PutObjectCommand({ Bucket, Key, Body: "-" }));
    const first = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "l/", Delimiter: "/", MaxKeys: 3 }));
    assert.deepEqual(
      [
        first.KeyCount,
        first.IsTruncated,
        first.Contents!.map(({ Key }) => Key),
        first.CommonPrefixes!.map(({ Prefix }) => Prefix),
      ],
      [3, true, ["l/b"], ["l/a/", "l/c/"]],
    );
    const second = await client.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix: "l/",
        Delimiter: "/",
        ContinuationToken: first.NextContinuationToken,
      }),
    );
    assert.deepEqual(
      [second.IsTruncated, second.Contents!.map(({ Key }) => Key), second.CommonPrefixes!.map(({ Prefix }) => Prefix)],
      [false, ["l/d"], ["l/e/"]],
    );
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2(
      { client, pageSize: 2 },
      { Bucket, Prefix: "l/", StartAfter: "l/a/1" },
    ))
      keys.push(...page.Contents!.map(({ Key }) => Key!));
    assert.deepEqual(keys, ["l/a/2", "l/b", "l/c/1", "l/d", "l/e/1"]);
    await assert.rejects(client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: "!" })), {
      name: "InvalidArgument",
    });
  });

  it("keeps tags", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "tagged", Body: "-" }));
    await client.send(
      new PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet: [{ Key: "a&b", Value: "1" }] } }),
    );
    assert.deepEqual((await client.send(new GetObjectTaggingCommand({ Bucket, Key: "tagged" }))).TagSet, [
      { Key: "a&b", Value: "1" },
    ]);
  });

  it("lists and finds buckets", async () => {
    assert.deepEqual(
      (await client.send(new ListBucketsCommand({}))).Buckets!.map(({ Name }) => Name),
      [Bucket],
    );
    assert.equal((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion, "us-east-1");
    assert.equal((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint, undefined);
    await assert.rejects(client.send(new GetObjectCommand({ Bucket: "nowhere", Key: "k" })), { name: "NoSuchBucket" });
    await assert.rejects(client.send(new HeadBucketCommand({ Bucket: "nowhere" })), { name: "NotFound" });
  });

  it("rejects unsupported requests, names the parameter, and never mistakes them for a PUT", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "intact", Body: "bytes" }));
    await assert.rejects(client.send(new GetBucketAclCommand({ Bucket })), {
      name: "NotImplemented",
      message: /"acl"/,
    });
    await assert.rejects(client.send(new PutObjectAclCommand({ Bucket, Key: "intact", ACL: "private" })), {
      name: "NotImplemented",
    });
    await assert.rejects(
      client.send(new PutObjectRetentionCommand({ Bucket, Key: "intact", Retention: { Mode: "GOVERNANCE" } })),
      { name: "NotImplemented" },
    );
    await assert.rejects(client.send(new PutObjectCommand({ Bucket, Key: "intact", Body: "-", ACL: "public-read" })), {
      name: "AccessControlListNotSupported",
    });
    await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: "intact", VersionId: "1" })), {
      name: "NotImplemented",
    });
    assert.equal(await text("intact"), "bytes");
  });
});

function notModified(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 304;
}
