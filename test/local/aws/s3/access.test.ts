import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { createS3 } from "../../../../local/aws/s3/index.ts";
import type { ObjectStore, ServiceModule } from "../../../../local/aws/cloud.ts";
import { startStorageCloud, type StorageCloud } from "../../../support/storage.ts";

const Bucket = "vod";

describe("S3 access", () => {
  let storage: StorageCloud;
  let s3: ServiceModule & ObjectStore;
  const clients: S3Client[] = [];

  before(async () => {
    storage = await startStorageCloud();
    s3 = await createS3(storage.cloud);
    storage.gateway.register(s3.api!);
    await storage.apply(s3, "aws:s3/bucket:Bucket", { bucket: Bucket });
    await (
      await as("s3:PutObject", `arn:aws:s3:::${Bucket}/*`)
    ).send(new PutObjectCommand({ Bucket, Key: "a/1", Body: "one" }));
  });

  after(async () => {
    for (const client of clients) client.destroy();
    await s3.stop();
    await storage.stop();
  });

  async function as(Action: string | string[], Resource: string | string[], more: object = {}): Promise<S3Client> {
    const { config } = await storage.role([{ Effect: "Allow", Action, Resource, ...more }]);
    const client = new S3Client({ ...config, forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" });
    clients.push(client);
    return client;
  }

  it("denies what no policy allows, naming action and resource, before it reads or writes anything", async () => {
    const reader = await as("s3:GetObject", `arn:aws:s3:::${Bucket}/a/*`);
    assert.equal(
      await (await reader.send(new GetObjectCommand({ Bucket, Key: "a/1" }))).Body!.transformToString(),
      "one",
    );
    await assert.rejects(reader.send(new GetObjectCommand({ Bucket, Key: "b/1" })), {
      name: "AccessDenied",
      message: /is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::vod\/b\/1/,
    });
    await assert.rejects(reader.send(new PutObjectCommand({ Bucket, Key: "a/1", Body: Buffer.alloc(3_000_000) })), {
      name: "AccessDenied",
    });
    await assert.rejects(reader.send(new DeleteObjectCommand({ Bucket, Key: "a/1" })), { name: "AccessDenied" });
    await assert.rejects(reader.send(new ListObjectsV2Command({ Bucket })), { name: "AccessDenied" });
    assert.equal(
      await (await reader.send(new GetObjectCommand({ Bucket, Key: "a/1" }))).Body!.transformToString(),
      "one",
    );
  });

  it("reports a missing key only to callers who may list the bucket", async () => {
    const blind = await as("s3:GetObject", `arn:aws:s3:::${Bucket}/*`);
    await assert.rejects(blind.send(new GetObjectCommand({ Bucket, Key: "missing" })), {
      name: "AccessDenied",
      message: /s3:ListBucket/,
    });
    const seeing = await as(["s3:GetObject", "s3:ListBucket"], [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`]);
    await assert.rejects(seeing.send(new GetObjectCommand({ Bucket, Key: "missing" })), { name: "NoSuchKey" });
    await assert.rejects(seeing.send(new HeadObjectCommand({ Bucket, Key: "missing" })), { name: "NotFound" });
  });

  it("honours a condition on the listed prefix", async () => {
    const client = await as("s3:ListBucket", `arn:aws:s3:::${Bucket}`, {
      Condition: { StringLike: { "s3:prefix": "a/*" } },
    });
    assert.equal((await client.send(new ListObjectsV2Command({ Bucket, Prefix: "a/" }))).KeyCount, 1);
    await assert.rejects(client.send(new ListObjectsV2Command({ Bucket, Prefix: "b/" })), { name: "AccessDenied" });
  });

  it("authorizes each key of a bulk deletion separately", async () => {
    const client = await as(["s3:DeleteObject", "s3:PutObject"], `arn:aws:s3:::${Bucket}/tmp/*`);
    await client.send(new PutObjectCommand({ Bucket, Key: "tmp/x", Body: "x" }));
    const { Deleted, Errors } = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "tmp/x" }, { Key: "a/1" }] } }),
    );
    assert.deepEqual(
      [Deleted!.map(({ Key }) => Key), Errors!.map(({ Key, Code }) => [Key, Code])],
      [["tmp/x"], [["a/1", "AccessDenied"]]],
    );
  });

  it("lets a bucket policy deny what the role's policies allow", async () => {
    const client = await as("s3:GetObject", `arn:aws:s3:::${Bucket}/*`);
    const statement = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/a/*`,
    };
    const policy = await storage.apply(s3, "aws:s3/bucketPolicy:BucketPolicy", {
      bucket: Bucket,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
    await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: "a/1" })), { name: "AccessDenied" });
    await s3.resources.find(({ type }) => type === "aws:s3/bucketPolicy:BucketPolicy")!.remove!(policy, {});
    assert.equal((await client.send(new GetObjectCommand({ Bucket, Key: "a/1" }))).ContentLength, 3);
  });

  it("serves files to other local services under the same rules", async () => {
    const role = await storage.role([
      { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: `arn:aws:s3:::${Bucket}/jobs/*` },
    ]);
    const principal = { kind: "role", arn: role.arn } as const;
    const folder = join(storage.cloud.dataFolder, "work");
    await mkdir(folder);
    await writeFile(join(folder, "out.mp4"), "movie");
    await s3.put(principal, Bucket, "jobs/1.mp4", join(folder, "out.mp4"), "video/mp4");
    const { size, etag, contentType, path } = await s3.file(principal, Bucket, "jobs/1.mp4");
    assert.deepEqual([size, etag, contentType], [5, createHash("md5").update("movie").digest("hex"), "video/mp4"]);
    assert.ok(path.startsWith(storage.cloud.dataFolder));
    await assert.rejects(s3.file(principal, Bucket, "a/1"), { code: "AccessDenied" });
    await writeFile(join(folder, "other.mp4"), "movie");
    await assert.rejects(s3.put(principal, Bucket, "a/1", join(folder, "other.mp4"), "video/mp4"), {
      code: "AccessDenied",
    });
    await assert.rejects(s3.file({ kind: "engine" }, Bucket, "jobs/none"), { code: "NoSuchKey" });
  });

  it("accepts a presigned URL only for its request and until it expires", async () => {
    const client = await as(["s3:GetObject", "s3:PutObject"], `arn:aws:s3:::${Bucket}/*`);
    const url = await getSignedUrl(
      client,
      new GetObjectCommand({ Bucket, Key: "a/1", ResponseContentType: "text/x-one" }),
    );
    const got = await fetch(url);
    assert.deepEqual([got.status, got.headers.get("content-type"), await got.text()], [200, "text/x-one", "one"]);
    const code = async (changed: string, init?: RequestInit): Promise<string | undefined> =>
      /<Code>(\w+)<\/Code>/.exec(await (await fetch(changed, init)).text())?.[1];
    assert.equal(await code(url.replace("/a/1?", "/a/2?")), "SignatureDoesNotMatch");
    assert.equal(await code(url, { method: "DELETE" }), "SignatureDoesNotMatch");
    assert.equal(await code(url.replace("X-Amz-Expires=900", "X-Amz-Expires=901")), "SignatureDoesNotMatch");
    const old = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "a/1" }), {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 61_000),
    });
    assert.equal(await code(old), "AccessDenied");
    const owner = new S3Client({ ...storage.owner(), forcePathStyle: true });
    clients.push(owner);
    const byOwner = await getSignedUrl(owner, new GetObjectCommand({ Bucket, Key: "a/1" }));
    assert.equal(await (await fetch(byOwner)).text(), "one");
    const put = await getSignedUrl(
      await as("s3:PutObject", `arn:aws:s3:::${Bucket}/*`),
      new PutObjectCommand({ Bucket, Key: "uploaded +é", ContentType: "text/plain" }),
    );
    assert.equal(
      (await fetch(put, { method: "PUT", body: "by link", headers: { "content-type": "text/plain" } })).status,
      200,
    );
    assert.equal(
      await (await client.send(new GetObjectCommand({ Bucket, Key: "uploaded +é" }))).Body!.transformToString(),
      "by link",
    );
  });
});
