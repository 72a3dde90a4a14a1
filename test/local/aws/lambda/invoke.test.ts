import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  type InvokeCommandOutput,
} from "@aws-sdk/client-lambda";
import { createTestCloud, type TestCloud } from "../../../support/cloud.ts";
import { deploy, invoker } from "./support.ts";

describe("lambda: invoking a function", () => {
  let cloud: TestCloud;
  let client: LambdaClient;

  before(async () => {
    cloud = await createTestCloud({ lambda: { defaultConcurrency: 2 } });
    client = new LambdaClient(cloud.clientOf(await invoker(cloud)));
    await cloud.start();
  });
  after(async () => {
    client.destroy();
    await cloud.stop();
  });

  const invoke = (name: string, event: unknown = {}): Promise<InvokeCommandOutput> =>
    client.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)) }));
  const payload = (output: InvokeCommandOutput): unknown => JSON.parse(Buffer.from(output.Payload ?? []).toString());

  it("returns the handler's result", async () => {
    await deploy(cloud, "echo", "export const handler = async (event) => ({ got: event });");
    const output = await invoke("echo", { a: [1, "ü"] });
    assert.deepEqual(payload(output), { got: { a: [1, "ü"] } });
    assert.equal(output.StatusCode, 200);
    assert.equal(output.FunctionError, undefined);
    assert.equal(output.ExecutedVersion, "$LATEST");
  });

  it("gives the function Lambda's environment and context", async () => {
    const { arn } = await deploy(
      cloud,
      "place",
      `export const handler = async (event, context) => ({
        env: Object.fromEntries([
          "TABLE", "AWS_REGION", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
          "AWS_LAMBDA_FUNCTION_VERSION", "AWS_EXECUTION_ENV", "AWS_ENDPOINT_URL", "_HANDLER", "HOME",
        ].map((name) => [name, process.env[name]])),
        context: {
          ...context, getRemainingTimeInMillis: undefined,
          awsRequestId: typeof context.awsRequestId, logStreamName: typeof context.logStreamName,
        },
        remaining: context.getRemainingTimeInMillis(),
      });`,
      {
        environment: { variables: { TABLE: "clips" } },
        memorySize: 256,
        timeout: 7,
        loggingConfig: { logFormat: "JSON", logGroup: "/spotlight/place" },
      },
    );
    const { env, context, remaining } = payload(await invoke("place")) as {
      env: unknown;
      context: unknown;
      remaining: number;
    };
    assert.deepEqual(env, {
      TABLE: "clips",
      AWS_REGION: "us-east-1",
      AWS_LAMBDA_FUNCTION_NAME: "place",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_ENDPOINT_URL: cloud.url,
      _HANDLER: "index.handler",
    });
    assert.deepEqual(context, {
      callbackWaitsForEmptyEventLoop: true,
      functionVersion: "$LATEST",
      functionName: "place",
      memoryLimitInMB: "256",
      logGroupName: "/spotlight/place",
      logStreamName: "string",
      invokedFunctionArn: arn,
      awsRequestId: "string",
    });
    assert.ok(remaining > 6000 && remaining <= 7000, `${remaining} ms remain of 7 s`);
  });

  it("returns the handler's error as an unhandled function error", async () => {
    await deploy(cloud, "thrower", "export const handler = async () => { throw new RangeError('too far'); };");
    const output = await invoke("thrower");
    const error = payload(output) as { errorType: string; errorMessage: string; trace: string[] };
    assert.equal(output.FunctionError, "Unhandled");
    assert.equal(error.errorType, "RangeError");
    assert.equal(error.errorMessage, "too far");
    assert.equal(error.trace[0], "RangeError: too far");
  });

  it("kills a function at its timeout, even in an endless loop, and serves the next invocation", async () => {
    await deploy(cloud, "stuck", "export const handler = async (event) => { while (event.stuck) {} return 'free'; };", {
      timeout: 1,
    });
    const output = await invoke("stuck", { stuck: true });
    const error = payload(output) as { errorType: string; errorMessage: string };
    assert.equal(error.errorType, "Sandbox.Timedout");
    assert.match(error.errorMessage, /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/);
    assert.equal(payload(await invoke("stuck", { stuck: false })), "free");
  });

  it("kills a function that outgrows its memory", async () => {
    await deploy(
      cloud,
      "hungry",
      "export const handler = async () => { const kept = []; for (;;) kept.push(new Array(1e5).fill({})); };",
      { memorySize: 128, timeout: 20 },
    );
    const error = payload(await invoke("hungry")) as { errorType: string; errorMessage: string };
    assert.equal(error.errorType, "Runtime.ExitError");
    assert.match(error.errorMessage, /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed$/);
  });

  it("survives a function that exits its process", async () => {
    await deploy(cloud, "quitter", "export const handler = async () => process.exit(7);");
    const error = payload(await invoke("quitter")) as { errorMessage: string };
    assert.match(error.errorMessage, /Runtime exited with error: exit status 7$/);
  });

  it("reports an unhandled rejection of a function", async () => {
    await deploy(
      cloud,
      "floater",
      "export const handler = () => { Promise.reject(new Error('lost')); return new Promise(() => {}); };",
    );
    const error = payload(await invoke("floater")) as { errorType: string; errorMessage: string };
    assert.deepEqual([error.errorType, error.errorMessage], ["Runtime.UnhandledPromiseRejection", "lost"]);
  });

  it("reports code that does not load, a missing handler and a callback handler as Lambda's runtime does", async () => {
    await deploy(cloud, "unloadable", "import 'no-such-package'; export const handler = async () => 1;");
    await deploy(cloud, "mistyped", "export const handler = async () => { return 1 ;");
    await deploy(cloud, "nameless", "export const other = async () => 1;");
    await deploy(cloud, "callback", "export const handler = (event, context, callback) => callback(null, 1);");
    const typeOf = async (name: string): Promise<string> =>
      (payload(await invoke(name)) as { errorType: string }).errorType;
    assert.equal(await typeOf("unloadable"), "Runtime.ImportModuleError");
    assert.equal(await typeOf("mistyped"), "Runtime.UserCodeSyntaxError");
    assert.equal(await typeOf("nameless"), "Runtime.HandlerNotFound");
    assert.equal(await typeOf("callback"), "Runtime.CallbackHandlerDeprecated");
  });

  it("keeps a warm worker's state for the next invocation", async () => {
    await deploy(cloud, "counter", "let n = 0; export const handler = async () => ++n;");
    assert.equal(payload(await invoke("counter")), 1);
    assert.equal(payload(await invoke("counter")), 2);
  });

  it("runs one invocation per worker and no more workers than the limit", async () => {
    await deploy(
      cloud,
      "crowd",
      "let n = 0; export const handler = async () => { const mine = ++n; await new Promise((r) => " +
        "setTimeout(r, 50)); return { mine, latest: n }; };",
    );
    const results = (await Promise.all(Array.from({ length: 6 }, () => invoke("crowd")))).map(
      (output) => payload(output) as { mine: number; latest: number },
    );
    assert.ok(
      results.every(({ mine, latest }) => mine === latest),
      "no invocation overlapped another one in its worker",
    );
    assert.equal(results.filter(({ mine }) => mine === 1).length, 2);
  });

  it("throttles beyond the reserved concurrency", async () => {
    await deploy(cloud, "reserved", "export const handler = async () => new Promise((r) => setTimeout(r, 200));", {
      reservedConcurrentExecutions: 1,
    });
    const outcomes = await Promise.allSettled([invoke("reserved"), invoke("reserved")]);
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    assert.equal((refused?.reason as Error).name, "TooManyRequestsException");
    assert.equal(outcomes.filter((outcome) => outcome.status === "fulfilled").length, 1);
  });

  it("denies invocations without a permission", async () => {
    await deploy(cloud, "private", "export const handler = async () => 1;");
    const stranger = new LambdaClient(cloud.clientOf(await cloud.role("stranger", "ec2.amazonaws.com")));
    await assert.rejects(
      stranger.send(new InvokeCommand({ FunctionName: "private" })),
      (cause: Error) => cause.name === "AccessDeniedException" && cause.message.includes("lambda:InvokeFunction"),
    );
    stranger.destroy();
  });

  it("responds to a dry run, an unknown function and a malformed payload as AWS does", async () => {
    await deploy(cloud, "dry", "export const handler = async () => { throw new Error('must not run'); };");
    assert.equal(
      (await client.send(new InvokeCommand({ FunctionName: "dry", InvocationType: "DryRun" }))).StatusCode,
      204,
    );
    await assert.rejects(invoke("absent"), {
      name: "ResourceNotFoundException",
      message: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:absent",
    });
    await assert.rejects(client.send(new InvokeCommand({ FunctionName: "dry", Payload: Buffer.from("{") })), {
      name: "InvalidRequestContentException",
    });
  });

  it("limits events and responses to 6 MB", async () => {
    await deploy(cloud, "large", "export const handler = async (event) => 'x'.repeat(event.size ?? 0);");
    await assert.rejects(invoke("large", { filler: "x".repeat(6_291_456) }), { name: "RequestTooLargeException" });
    const error = payload(await invoke("large", { size: 6_291_556 })) as { errorType: string };
    assert.equal(error.errorType, "Function.ResponseSizeTooLarge");
  });

  it("writes what a function prints to the engine's log and to the function's file", async () => {
    await deploy(
      cloud,
      "talker",
      "export const handler = async () => { console.log('hello %s', 'you', { a: 1 }); " +
        "console.error('bad'); process.stdout.write('raw\\n'); await new Promise((r) => setTimeout(r, " +
        "50)); };",
    );
    await invoke("talker");
    assert.ok(cloud.log.lines.includes("info hello you { a: 1 }"));
    assert.ok(cloud.log.lines.includes("error bad"));
    assert.ok(cloud.log.lines.includes("info raw"));
    const file = await readFile(join(cloud.dataFolder, "logs", "talker.log"), "utf8");
    assert.match(file, /^\S+Z\t[0-9a-f-]{36}\tINFO\thello you \{ a: 1 \}$/m);
    assert.match(
      file,
      new RegExp(
        String.raw`^REPORT RequestId: [0-9a-f-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t` +
          String.raw`Memory Size: 128 MB\tInit Duration: [\d.]+ ms$`,
        "m",
      ),
    );
  });

  it("describes what is deployed", async () => {
    const { arn, role } = await deploy(cloud, "shown", "export const handler = async () => 1;", {
      timeout: 9,
      description: "Shown",
    });
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: arn }));
    assert.deepEqual(
      [
        Configuration?.FunctionArn,
        Configuration?.Role,
        Configuration?.Timeout,
        Configuration?.Description,
        Configuration?.State,
        Configuration?.Architectures,
      ],
      [arn, role, 9, "Shown", "Active", ["arm64"]],
    );
    const { Functions = [] } = await client.send(new ListFunctionsCommand());
    assert.ok(Functions.some(({ FunctionName }) => FunctionName === "shown"));
  });
});
