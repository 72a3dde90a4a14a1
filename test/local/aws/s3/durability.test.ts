import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
} from "@aws-sdk/client-s3";
import { BlobStore } from "../../../../local/aws/s3/blob-store.ts";
import { sweepExpired } from "../../../../local/aws/s3/lifecycle.ts";
import { Notifications } from "../../../../local/aws/s3/notifications.ts";
import { ObjectIndex } from "../../../../local/aws/s3/object-index.ts";
import { objectStore } from "../../../../local/aws/s3/peer.ts";
import { UploadIndex } from "../../../../local/aws/s3/upload-index.ts";
import { s3Api } from "../../../../local/aws/s3/router.ts";
import type { S3 } from "../../../../local/aws/s3/service.ts";
import { quietLog, startStorageCloud, type ClientConfig, type StorageCloud } from "../../../support/storage.ts";
import { until } from "../../../support/until.ts";

const Bucket = "films";
const program = fileURLToPath(new URL("../../../support/s3-process.ts", import.meta.url));

describe("S3 after a crash", () => {
  let folder: string;
  let child: ChildProcess;
  let config: ClientConfig;
  let client: S3Client;

  async function boot(): Promise<void> {
    child = fork(program, [folder]);
    const [message] = (await once(child, "message")) as [{ config: ClientConfig }];
    config = message.config;
    client = new S3Client({ ...config, forcePathStyle: true });
  }

  async function kill(): Promise<void> {
    client.destroy();
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "s3-crash-"));
    await boot();
  });

  after(async () => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  });

  const blobs = (): Promise<string[]> => readdir(join(folder, "s3", "blobs"));

  it("has every acknowledged object, no partial object and no orphaned file", async () => {
    for (let i = 0; i < 20; i++) await client.send(new PutObjectCommand({ Bucket, Key: `k${i}`, Body: `value ${i}` }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "film" }));
    await client.send(new UploadPartCommand({ Bucket, Key: "film", UploadId, PartNumber: 1, Body: "part" }));
    const before = (await blobs()).length;
    const { hostname, port } = new URL(config.endpoint);
    const scope =
      "AWS4-HMAC-SHA256 " +
      `Credential=${config.credentials.accessKeyId}/20260101/us-east-1/s3/aws4_request, ` +
      "SignedHeaders=host, Signature=0";
    const upload = httpRequest({
      hostname,
      port,
      method: "PUT",
      path: `/${Bucket}/k0`,
      headers: { authorization: scope, "content-length": 5_000_000 },
    });
    upload.on("error", () => undefined);
    upload.write(Buffer.alloc(2_000_000));
    await until(async () => (await blobs()).length === before + 1);
    await kill();
    assert.equal((await blobs()).length, before + 1);
    await boot();
    assert.equal((await blobs()).length, before);
    for (let i = 0; i < 20; i++)
      assert.equal(
        await (await client.send(new GetObjectCommand({ Bucket, Key: `k${i}` }))).Body!.transformToString(),
        `value ${i}`,
      );
    assert.deepEqual(
      (await client.send(new ListPartsCommand({ Bucket, Key: "film", UploadId }))).Parts!.map(({ Size }) => Size),
      [4],
    );
  });
});

describe("S3 on a full disk", () => {
  let storage: StorageCloud;
  let s3: S3;
  let client: S3Client;
  let full = false;

  before(async () => {
    storage = await startStorageCloud();
    const folder = join(storage.cloud.dataFolder, "s3");
    const index = new ObjectIndex(join(folder, "index.db"));
    const uploads = new UploadIndex(index);
    // /dev/full is Linux's own full disk: every write to it fails with ENOSPC.
    const blobs = new BlobStore(join(folder, "blobs"), (path) => (full ? open("/dev/full", "w") : open(path, "wx")));
    s3 = {
      cloud: storage.cloud,
      log: quietLog,
      index,
      uploads,
      blobs,
      notifications: new Notifications(storage.cloud, index, quietLog),
    };
    storage.gateway.register(s3Api(s3));
    index.createBucket(Bucket);
    const { config } = await storage.role([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    client = new S3Client({ ...config, forcePathStyle: true, maxAttempts: 3 });
  });

  after(async () => {
    client.destroy();
    s3.index.close();
    await storage.stop();
  });

  it("rejects a write with a clear error, keeps stored objects, and resumes once there is space again", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "old" }));
    const before = await readdir(s3.blobs.folder);
    full = true;
    await assert.rejects(
      client.send(new PutObjectCommand({ Bucket, Key: "k", Body: Buffer.alloc(3_000_000) })),
      (error: unknown) => {
        assert.ok(error instanceof Error);
        assert.equal(error.name, "ServiceUnavailable");
        assert.equal(error.message, "The disk of the data folder is full. Nothing was stored: free some space.");
        return true;
      },
    );
    full = false;
    assert.deepEqual(await readdir(s3.blobs.folder), before);
    assert.equal(
      await (await client.send(new GetObjectCommand({ Bucket, Key: "k" }))).Body!.transformToString(),
      "old",
    );
    await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "new" }));
    assert.equal(
      await (await client.send(new GetObjectCommand({ Bucket, Key: "k" }))).Body!.transformToString(),
      "new",
    );
  });

  it("leaves a file that another service hands over where it is until its object is stored", async () => {
    const file = join(storage.cloud.dataFolder, "recording.ts");
    await writeFile(file, "pictures");
    const before = await readdir(s3.blobs.folder);
    s3.index.createBucket("archive");
    const put = (): Promise<void> => objectStore(s3).put({ kind: "engine" }, "archive", "key", file, "video/mp2t");
    const transaction = s3.index.transaction.bind(s3.index);
    s3.index.transaction = () => {
      throw Object.assign(new Error("database or disk is full"), { errcode: 13 });
    };
    await assert.rejects(put(), { name: "AwsError", code: "ServiceUnavailable" });
    s3.index.transaction = transaction;
    assert.equal(await readFile(file, "utf8"), "pictures");
    assert.deepEqual(await readdir(s3.blobs.folder), before);
    await put();
    await assert.rejects(readFile(file), { code: "ENOENT" });
    assert.equal(s3.index.object("archive", "key")?.size, 8);
  });

  it("expires objects and unfinished uploads at the midnight after their days", async () => {
    const day = 86_400_000;
    const now = Date.UTC(2026, 10, 22, 18);
    const put = (key: string, modified: number): void => {
      s3.index.transaction(() =>
        s3.index.put(
          {
            bucket: Bucket,
            key,
            blob: `blob-${key.replace("/", "-")}`,
            size: 0,
            etag: "",
            modified,
            headers: {},
            metadata: {},
            tags: {},
          },
          {},
          () => [],
        ),
      );
    };
    put("old/1", now - 8 * day);
    put("old/2", Date.UTC(2026, 10, 15) - 1);
    put("old/3", Date.UTC(2026, 10, 15));
    put("kept/1", now - 100 * day);
    s3.uploads.create({
      id: "u1",
      bucket: Bucket,
      key: "x",
      initiated: now - 2 * day,
      headers: {},
      metadata: {},
      tags: {},
    });
    s3.uploads.create({ id: "u2", bucket: Bucket, key: "x", initiated: now, headers: {}, metadata: {}, tags: {} });
    s3.index.configure(Bucket, {
      lifecycle: [
        { id: "expire", prefix: "old/", expirationDays: 7 },
        { id: "abort", prefix: "", abortIncompleteUploadDays: 1 },
      ],
    });
    assert.equal(await sweepExpired(s3, now), 2);
    assert.deepEqual(
      [...s3.index.objects(Bucket, "")].map(({ key }) => key),
      ["k", "kept/1", "old/3"],
    );
    assert.deepEqual(
      s3.uploads.list(Bucket).map(({ id }) => id),
      ["u2"],
    );
  });
});
