import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestCloud, type TestCloud } from "../../../support/cloud.ts";
import type { Properties } from "../../../../local/engine/provider.ts";
import { deploy } from "./support.ts";

const source = "export const handler = async () => 1;";

const apiPath = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions";

describe("lambda: deploying a function", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await createTestCloud();
  });
  after(() => cloud.stop());

  const refused = (name: string, inputs: Properties, message: RegExp) =>
    assert.rejects(deploy(cloud, name, source, inputs), (cause: Error) => message.test(cause.message));

  it("rejects what Lambda rejects", async () => {
    await refused("f1", { runtime: "nodejs99.x" }, /nodejs99\.x at 'runtime' failed to satisfy constraint/);
    await refused("f2", { architectures: ["riscv"] }, /'architectures' failed to satisfy constraint/);
    await refused("f3", { memorySize: 64 }, /memorySize is 64; it must be a whole number from 128 to 10240/);
    await refused("f4", { timeout: 901 }, /timeout is 901; it must be a whole number from 1 to 900/);
    await refused(
      "f5",
      { environment: { variables: { AWS_REGION: "eu-west-1" } } },
      /Reserved keys used in this request: AWS_REGION$/,
    );
    await refused("f6", { environment: { variables: { BIG: "x".repeat(4096) } } }, /exceeded the 4KB limit/);
    await refused(
      "f7",
      { deadLetterConfig: { targetArn: "arn:aws:s3:::bucket" } },
      /must be an SQS queue or an SNS topic/,
    );
    await refused("f 8", { name: "f 8" }, /function name f 8 must be/);
  });

  it("rejects unsupported settings and names them", async () => {
    await refused("g1", { runtime: "python3.13" }, /runs only nodejs24\.x functions, not python3\.13/);
    await refused("g2", { packageType: "Image" }, /package type Zip only/);
    await refused(
      "g3",
      { deadLetterConfig: { targetArn: "arn:aws:sqs:us-east-1:000000000000:q", other: 1 } },
      /^deadLetterConfig\.other is not supported by the local engine\.$/,
    );
  });

  it("rejects a role that Lambda may not assume", async () => {
    const role = await cloud.role("not-for-lambda", "ec2.amazonaws.com");
    await refused(
      "h1",
      { role },
      /^The role defined for the function cannot be assumed by Lambda: arn:aws:iam::000000000000:role\/not-for-lambda$/,
    );
  });

  it("returns the outputs that the program reads, the same at every start", async () => {
    const inputs = {
      role: await cloud.role("named-role", "lambda.amazonaws.com"),
      runtime: "nodejs24.x",
      handler: "index.handler",
      code: { $archive: { "index.mjs": { $asset: { text: source } } } },
    };
    const first = await cloud.apply("aws:lambda/function:Function", "clips", inputs);
    assert.match(first.id, /^clips-[0-9a-f]{7}$/);
    assert.deepEqual(
      { ...first.outputs, codeSha256: undefined, lastModified: undefined },
      {
        name: first.id,
        arn: `arn:aws:lambda:us-east-1:000000000000:function:${first.id}`,
        invokeArn: `${apiPath}/arn:aws:lambda:us-east-1:000000000000:function:${first.id}/invocations`,
        qualifiedArn: `arn:aws:lambda:us-east-1:000000000000:function:${first.id}:$LATEST`,
        qualifiedInvokeArn: `${apiPath}/arn:aws:lambda:us-east-1:000000000000:function:${first.id}:$LATEST/invocations`,
        version: "$LATEST",
        sourceCodeSize: source.length,
        codeSha256: undefined,
        lastModified: undefined,
      },
    );
    assert.deepEqual(await cloud.apply("aws:lambda/function:Function", "clips", inputs), first);
  });

  it("runs its own copy of the bundle, and uses a rebuilt one when deployed again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "spotlight-bundle-"));
    const path = join(folder, "index.mjs");
    const code = { $archive: { "index.mjs": { $asset: { path } } } };
    const run = async (arn: string) => (await cloud.functions.invoke(arn, {}, { kind: "engine" })).payload;
    await writeFile(path, "export const handler = async () => 'old';");
    const { arn } = await deploy(cloud, "rebuilt", "", { code });
    await writeFile(path, "export const handler = async () => 'new';");
    assert.equal(await run(arn), '"old"');
    await deploy(cloud, "rebuilt", "", { code });
    assert.equal(await run(arn), '"new"');
    await rm(folder, { recursive: true });
  });

  it("keeps only the code in use once everything is provisioned", async () => {
    await deploy(cloud, "replaced", "export const handler = async () => 'version 1';");
    await deploy(cloud, "replaced", "export const handler = async () => 'version 2';");
    const before = await readdir(join(cloud.dataFolder, "functions"));
    await cloud.start();
    const after = await readdir(join(cloud.dataFolder, "functions"));
    assert.ok(after.length < before.length, `${after.length} of ${before.length} folders are left`);
    assert.equal((await cloud.functions.invoke("replaced", {}, { kind: "engine" })).payload, '"version 2"');
  });
});
