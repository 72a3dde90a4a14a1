import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { createS3 } from "../../../../local/aws/s3/index.ts";
import type { ServiceModule } from "../../../../local/aws/cloud.ts";
import { startStorageCloud, type StorageCloud } from "../../../support/storage.ts";

describe("S3 resources", () => {
  let storage: StorageCloud;
  let s3: ServiceModule;
  let client: S3Client;
  let files: string;

  before(async () => {
    storage = await startStorageCloud();
    s3 = await createS3(storage.cloud);
    storage.gateway.register(s3.api!);
    files = await mkdtemp(join(tmpdir(), "page-"));
    const { config } = await storage.role([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    client = new S3Client({ ...config, forcePathStyle: true });
  });

  after(async () => {
    client.destroy();
    await s3.stop();
    await storage.stop();
    await rm(files, { recursive: true });
  });

  const blobs = (): Promise<string[]> => readdir(join(storage.cloud.dataFolder, "s3", "blobs"));

  it("a bucket gets a random name, keeps it, and has AWS's outputs", async () => {
    const first = await storage.apply(s3, "aws:s3/bucket:Bucket", { tags: { a: "b" } }, { name: "vod" });
    assert.match(first.id, /^vod-[0-9a-f]{7}$/);
    assert.deepEqual(first.outputs, {
      bucket: first.id,
      arn: `arn:aws:s3:::${first.id}`,
      region: "us-east-1",
      bucketRegion: "us-east-1",
      bucketDomainName: `${first.id}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${first.id}.s3.us-east-1.amazonaws.com`,
      hostedZoneId: "Z3AQBSTGFYJSTF",
      tagsAll: { a: "b" },
    });
    assert.deepEqual(
      await storage.apply(s3, "aws:s3/bucket:Bucket", { tags: { a: "b" } }, { name: "vod", prior: first }),
      first,
    );
    await assert.rejects(storage.apply(s3, "aws:s3/bucket:Bucket", { bucket: "No_Bucket" }), {
      code: "InvalidBucketName",
    });
  });

  it("a bucket with objects can be deleted only with forceDestroy", async () => {
    const bucket = await storage.apply(s3, "aws:s3/bucket:Bucket", { bucket: "doomed" });
    await client.send(new PutObjectCommand({ Bucket: "doomed", Key: "k", Body: "x" }));
    const provider = s3.resources.find(({ type }) => type === "aws:s3/bucket:Bucket")!;
    await assert.rejects(provider.remove!(bucket, {}), { code: "BucketNotEmpty" });
    await provider.remove!(bucket, { forceDestroy: true });
    await assert.rejects(client.send(new GetObjectCommand({ Bucket: "doomed", Key: "k" })), { name: "NoSuchBucket" });
  });

  it("an object gets its bytes and headers from the program, and is written only when they change", async () => {
    await storage.apply(s3, "aws:s3/bucket:Bucket", { bucket: "web" });
    const path = join(files, "index.html");
    const apply = (more: object = {}) =>
      storage.apply(s3, "aws:s3/bucketObjectv2:BucketObjectv2", {
        bucket: "web",
        key: "index.html",
        source: { $asset: { path } },
        contentType: "text/html; charset=utf-8",
        cacheControl: "no-cache",
        ...more,
      });
    const head = () => client.send(new HeadObjectCommand({ Bucket: "web", Key: "index.html" }));
    await writeFile(path, "<p>1</p>");
    const state = await apply();
    assert.deepEqual([state.id, state.outputs["arn"]], ["web/index.html", "arn:aws:s3:::web/index.html"]);
    const first = await head();
    assert.deepEqual(
      [first.ContentType, first.CacheControl, first.ETag],
      ["text/html; charset=utf-8", "no-cache", `"${String(state.outputs["etag"])}"`],
    );
    const written = await blobs();
    await apply();
    assert.deepEqual(await blobs(), written);
    await apply({ cacheControl: "max-age=1" });
    assert.equal((await head()).CacheControl, "max-age=1");
    await writeFile(path, "<p>2</p>");
    await apply({ cacheControl: "max-age=1" });
    assert.equal(
      await (await client.send(new GetObjectCommand({ Bucket: "web", Key: "index.html" }))).Body!.transformToString(),
      "<p>2</p>",
    );
    await client.send(new DeleteObjectCommand({ Bucket: "web", Key: "index.html" }));
    await apply();
    assert.equal((await head()).ContentLength, 8);
  });

  it("a public access block rejects a policy that grants public access", async () => {
    await storage.apply(s3, "aws:s3/bucket:Bucket", { bucket: "shut" });
    await storage.apply(s3, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {
      bucket: "shut",
      blockPublicPolicy: true,
    });
    const policy = (Principal: unknown) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal, Action: "s3:GetObject", Resource: "arn:aws:s3:::shut/*" }],
      });
    for (const principal of ["*", { AWS: "*" }, { AWS: ["*"] }]) {
      await assert.rejects(
        storage.apply(s3, "aws:s3/bucketPolicy:BucketPolicy", { bucket: "shut", policy: policy(principal) }),
        { code: "AccessDenied" },
      );
    }
    await storage.apply(s3, "aws:s3/bucketPolicy:BucketPolicy", {
      bucket: "shut",
      policy: policy({ Service: "cloudfront.amazonaws.com" }),
    });
  });

  it("lifecycle rules, encryption and ownership are accepted; other settings are rejected", async () => {
    await storage.apply(s3, "aws:s3/bucket:Bucket", { bucket: "ruled" });
    const rules = [
      { id: "abort", status: "Enabled", filter: {}, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } },
      { id: "expire", status: "Enabled", filter: {}, expiration: { days: 7 } },
    ];
    await storage.apply(s3, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
      bucket: "ruled",
      rules,
    });
    await storage.apply(s3, "aws:s3/bucketOwnershipControls:BucketOwnershipControls", {
      bucket: "ruled",
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    await storage.apply(s3, "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {
      bucket: "ruled",
      rules: [],
    });
    const tagged = [{ id: "t", status: "Enabled", filter: { tag: { key: "a", value: "b" } }, expiration: { days: 1 } }];
    await assert.rejects(
      storage.apply(s3, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
        bucket: "ruled",
        rules: tagged,
      }),
      /filter\.tag is not supported by the local engine/,
    );
    await assert.rejects(
      storage.apply(s3, "aws:s3/bucketVersioning:BucketVersioning", {
        bucket: "ruled",
        versioningConfiguration: { status: "Enabled" },
      }),
      { code: "NotImplemented" },
    );
    await assert.rejects(storage.apply(s3, "aws:s3/bucketPolicy:BucketPolicy", { bucket: "nowhere", policy: "{}" }), {
      code: "NoSuchBucket",
    });
  });
});
