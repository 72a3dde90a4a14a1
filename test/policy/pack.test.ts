import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import type * as AnalyzerMessages from "@pulumi/pulumi/proto/analyzer_pb.js";
import { rules } from "../../policy/rules/index.ts";
import { stacks, type Stack } from "../aws/support/stacks.ts";
import { checkedResources } from "./checked-resources.ts";

// Pulumi's generated protocol is CommonJS without named exports.
type EmptyModule = typeof import("google-protobuf/google/protobuf/empty_pb.js");
type StructModule = typeof import("google-protobuf/google/protobuf/struct_pb.js");

const require = createRequire(import.meta.url);
const { AnalyzerClient } =
  require("@pulumi/pulumi/proto/analyzer_grpc_pb.js") as typeof import("@pulumi/pulumi/proto/analyzer_grpc_pb.js");
const messages = require("@pulumi/pulumi/proto/analyzer_pb.js") as typeof AnalyzerMessages;
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js") as StructModule;
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js") as EmptyModule;

const folder = join(import.meta.dirname, "..", "..", "policy");

/** The pack as `pulumi preview --policy-pack policy` runs it: Pulumi's own runner loads it and calls it over gRPC. */
describe("the policy pack under Pulumi's own runner", function () {
  this.timeout(180_000);
  let pack: ChildProcess;
  let client: InstanceType<typeof AnalyzerClient>;
  let dev: Stack;

  before(async () => {
    dev = (await stacks()).find(({ name }) => name === "dev")!;
    pack = spawn(
      process.execPath,
      [require.resolve("@pulumi/pulumi/cmd/run-policy-pack/index.js"), "127.0.0.1:1", folder],
      { cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
    );
    const port = await new Promise<string>((resolve, reject) => {
      let written = "";
      pack.stdout?.once("data", (bytes: Buffer) => resolve(bytes.toString("utf8").trim()));
      pack.stderr?.on("data", (bytes: Buffer) => (written += bytes.toString("utf8")));
      pack.once("exit", (code) => reject(new Error(`The pack ended with code ${String(code)}: ${written}`)));
    });
    client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
  });
  after(() => {
    client.close();
    pack.kill();
  });

  const ask = <Request, Response>(
    method: (request: Request, callback: (error: ServiceError | null, response: Response) => void) => unknown,
    request: Request,
  ): Promise<Response> =>
    new Promise((resolve, reject) => {
      method.call(client, request, (error, response) => (error === null ? resolve(response) : reject(error)));
    });

  const said = (response: AnalyzerMessages.AnalyzeResponse): string[] =>
    response
      .getDiagnosticsList()
      .map(
        (diagnostic) =>
          `${diagnostic.getEnforcementlevel() === messages.EnforcementLevel.MANDATORY ? "mandatory" : "advisory"} ` +
          `${diagnostic.getPolicyname()} ${diagnostic.getUrn()}: ${diagnostic.getMessage()}`,
      );

  it("offers every rule by its name", async () => {
    const info = await ask<InstanceType<typeof Empty>, AnalyzerMessages.AnalyzerInfo>(
      client.getAnalyzerInfo.bind(client),
      new Empty(),
    );
    assert.equal(info.getName(), "spotlight");
    assert.deepEqual(
      info.getPoliciesList().map((policy) => policy.getName()),
      rules.map(({ name }) => name),
    );
  });

  function plainOptions(): AnalyzerMessages.AnalyzerResourceOptions {
    const options = new messages.AnalyzerResourceOptions();
    options.setCustomtimeouts(new messages.AnalyzerResourceOptions.CustomTimeouts());
    return options;
  }

  function analyzeStack(stack: Stack): Promise<AnalyzerMessages.AnalyzeResponse> {
    const request = new messages.AnalyzeStackRequest();
    for (const { urn, type, name, props } of checkedResources(stack)) {
      const resource = new messages.AnalyzerResource();
      resource.setUrn(urn);
      resource.setType(type);
      resource.setName(name);
      resource.setOptions(plainOptions());
      resource.setProperties(Struct.fromJavaScript(JSON.parse(JSON.stringify(props)) as Record<string, never>));
      request.addResources(resource);
    }
    return ask(client.analyzeStack.bind(client), request);
  }

  it("judges the whole stack: advises on stack dev, and stops one whose archive can become public", async () => {
    const bucket = dev.resources.find(({ type, name }) => type === "aws:s3/bucket:Bucket" && name === "archive")!;
    const advice = (await analyzeStack(dev).then(said)).map((line) => line.split(" ").slice(0, 2).join(" "));
    assert.deepEqual([...new Set(advice)], ["advisory protected-media"]);
    const open = {
      ...dev,
      resources: dev.resources.filter(
        ({ type, name }) => type !== "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock" || name !== "archive",
      ),
    };
    const stops = (await analyzeStack(open).then(said)).filter((line) => line.startsWith("mandatory"));
    assert.equal(stops.length, 1);
    assert.match(
      stops[0] ?? "",
      new RegExp(
        `^mandatory public-access-blocked ${bucket.urn.replace(/[$]/g, "\\$")}: .*\\n?The bucket can become public`,
        "s",
      ),
    );
  });

  it("judges each resource before it is created", async () => {
    const request = new messages.AnalyzeRequest();
    request.setType("aws:ec2/securityGroup:SecurityGroup");
    request.setUrn("urn:pulumi:dev::spotlight::aws:ec2/securityGroup:SecurityGroup::open");
    request.setName("open");
    request.setOptions(plainOptions());
    request.setProperties(
      Struct.fromJavaScript({ ingress: [{ cidrBlocks: ["0.0.0.0/0"] }], tags: { project: "spotlight", stack: "dev" } }),
    );
    const found = said(await ask(client.analyze.bind(client), request));
    assert.equal(found.length, 1);
    assert.match(
      found[0] ?? "",
      /^mandatory open-ingest .*Anyone may connect: list the addresses that may stream \(ingestCidrs\)\./s,
    );
  });
});
