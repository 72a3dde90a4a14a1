import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { createS3 } from "../../../../local/aws/s3/index.ts";
import type { ServiceModule } from "../../../../local/aws/cloud.ts";
import { startStorageCloud, type StorageCloud } from "../../../support/storage.ts";

const Bucket = "uploads";
const partBytes = 5 * 1024 ** 2;

describe("S3 multipart upload", () => {
  let storage: StorageCloud;
  let s3: ServiceModule;
  let client: S3Client;
  const first = randomBytes(partBytes);
  const last = Buffer.from("the end");
  const md5 = (bytes: Buffer): Buffer => createHash("md5").update(bytes).digest();

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

  const blobs = async (): Promise<number> => (await readdir(join(storage.cloud.dataFolder, "s3", "blobs"))).length;
  const begin = async (Key: string, more: object = {}): Promise<{ Bucket: string; Key: string; UploadId: string }> => ({
    Bucket,
    Key,
    UploadId: (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId!,
  });

  it("joins the parts of a stream uploaded by lib-storage", async () => {
    const bytes = randomBytes(2 * partBytes + 100_000);
    const before = await blobs();
    const done = await new Upload({
      client,
      params: { Bucket, Key: "film.mp4", ContentType: "video/mp4", Body: Readable.from([bytes]) },
      partSize: partBytes,
    }).done();
    const parts = [
      bytes.subarray(0, partBytes),
      bytes.subarray(partBytes, 2 * partBytes),
      bytes.subarray(2 * partBytes),
    ];
    assert.equal(done.ETag, `"${md5(Buffer.concat(parts.map(md5))).toString("hex")}-3"`);
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "film.mp4", ChecksumMode: "ENABLED" }));
    assert.deepEqual([got.ContentType, got.ContentLength, got.ChecksumType], ["video/mp4", bytes.length, "COMPOSITE"]);
    assert.match(got.ChecksumCRC32 ?? "", /-3$/);
    assert.ok(bytes.equals(await got.Body!.transformToByteArray()));
    assert.equal(await blobs(), before + 1);
  });

  it("accepts repeated parts in any order, joins the listed ones, and verifies the whole object", async () => {
    const upload = await begin("again", { ChecksumAlgorithm: "CRC32C", ChecksumType: "FULL_OBJECT" });
    const part = (PartNumber: number, Body: Buffer) =>
      client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ChecksumAlgorithm: "CRC32C" }));
    const end = await part(9, last);
    await part(1, Buffer.from("a first try"));
    await part(3, Buffer.from("not wanted"));
    const start = await part(1, first);
    const listed = await client.send(new ListPartsCommand(upload));
    assert.deepEqual(
      listed.Parts!.map(({ PartNumber, Size }) => [PartNumber, Size]),
      [
        [1, partBytes],
        [3, 10],
        [9, 7],
      ],
    );
    const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    assert.deepEqual(
      uploads.Uploads!.map(({ Key, UploadId }) => [Key, UploadId]),
      [["again", upload.UploadId]],
    );
    const Parts = [
      { PartNumber: 1, ETag: start.ETag, ChecksumCRC32C: start.ChecksumCRC32C },
      { PartNumber: 9, ETag: end.ETag, ChecksumCRC32C: end.ChecksumCRC32C },
    ];
    await assert.rejects(
      client.send(
        new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ChecksumCRC32C: "AAAAAA==" }),
      ),
      { name: "BadDigest" },
    );
    await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "again" }));
    assert.ok(Buffer.concat([first, last]).equals(await got.Body!.transformToByteArray()));
    await assert.rejects(client.send(new ListPartsCommand(upload)), { name: "NoSuchUpload" });
  });

  it("rejects an invalid completion and keeps the upload", async () => {
    const upload = await begin("refused");
    const one = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: "small" }));
    const two = await client.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: "small too" }));
    const complete = (...Parts: { PartNumber: number; ETag?: string }[]) =>
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    await assert.rejects(complete({ PartNumber: 2, ETag: two.ETag }, { PartNumber: 1, ETag: one.ETag }), {
      name: "InvalidPartOrder",
    });
    await assert.rejects(complete({ PartNumber: 1, ETag: two.ETag }), { name: "InvalidPart" });
    await assert.rejects(complete({ PartNumber: 3, ETag: one.ETag }), { name: "InvalidPart" });
    await assert.rejects(complete({ PartNumber: 1, ETag: one.ETag }, { PartNumber: 2, ETag: two.ETag }), {
      name: "EntityTooSmall",
    });
    await assert.rejects(client.send(new HeadObjectCommand({ Bucket, Key: "refused" })), { name: "NotFound" });
    await complete({ PartNumber: 2, ETag: two.ETag });
    assert.equal((await client.send(new HeadObjectCommand({ Bucket, Key: "refused" }))).ContentLength, 9);
  });

  it("deletes all parts of an aborted upload", async () => {
    const before = await blobs();
    const upload = await begin("aborted");
    await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: "x" }));
    await client.send(new AbortMultipartUploadCommand(upload));
    assert.equal(await blobs(), before);
    await assert.rejects(client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: "x" })), {
      name: "NoSuchUpload",
    });
    assert.equal(await blobs(), before);
  });

  it("copies a range of an object as a part", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "source", Body: "0123456789" }));
    const upload = await begin("copied");
    const copied = await client.send(
      new UploadPartCopyCommand({
        ...upload,
        PartNumber: 1,
        CopySource: `${Bucket}/source`,
        CopySourceRange: "bytes=2-5",
      }),
    );
    await client.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: copied.CopyPartResult!.ETag }] },
      }),
    );
    assert.equal(
      await (await client.send(new GetObjectCommand({ Bucket, Key: "copied" }))).Body!.transformToString(),
      "2345",
    );
  });
});
