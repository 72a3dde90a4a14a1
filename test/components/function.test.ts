import assert from "node:assert/strict";
import { Function } from "../../components/function.ts";
import { deploy, functionDefaults, statements } from "./mocks.ts";

const entry = "handlers/find-people.ts";

describe("Function", () => {
  it("runs Node.js 24 on arm64 with its own role, log group and bundle", async () => {
    const bundled: string[][] = [];
    const stack = await deploy(
      () =>
        new Function("find-people", {
          ...functionDefaults,
          bundle: (name, file) => {
            bundled.push([name, file]);
            return functionDefaults.bundle(name, file);
          },
          entry,
          environment: { CATALOGUE_TABLE: "catalogue" },
          statements: [{ Sid: "Read", Action: "s3:GetObject", Resource: "arn:aws:s3:::vod/*" }],
        }),
    );
    assert.deepEqual(bundled, [["find-people", entry]]);
    assert.deepEqual(stack.counts(), {
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
      "aws:lambda/function:Function": 1,
    });
    assert.deepEqual(stack.one("aws:cloudwatch/logGroup:LogGroup").inputs, {
      name: "/spotlight/test/find-people",
      retentionInDays: 30,
    });
    const { code, ...inputs } = stack.one("aws:lambda/function:Function").inputs;
    assert.ok(code);
    assert.deepEqual(inputs, {
      description: "Spotlight handlers/find-people.ts",
      handler: "index.handler",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      role: "arn:aws:iam:us-east-1:123456789012:find-people",
      timeout: 30,
      memorySize: 512,
      environment: { variables: { CATALOGUE_TABLE: "catalogue" } },
      tracingConfig: { mode: "Active" },
      loggingConfig: { logFormat: "JSON", logGroup: "/spotlight/test/find-people" },
    });
    assert.deepEqual(statements(stack.one("aws:iam/role:Role").inputs["assumeRolePolicy"]), [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    assert.deepEqual(statements(stack.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"]), [
      {
        Sid: "WriteOwnLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "arn:aws:cloudwatch:us-east-1:123456789012:find-people:*",
      },
      {
        Sid: "SendTraces",
        Effect: "Allow",
        Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        Resource: "*",
      },
      { Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::vod/*" },
    ]);
  });

  it("keeps events that it could not take when asked to", async () => {
    const stack = await deploy(
      () =>
        new Function("find-people", {
          ...functionDefaults,
          entry,
          environment: {},
          statements: [],
          keepFailedEvents: true,
        }),
    );
    const queue = "arn:aws:sqs:us-east-1:123456789012:find-people-failed";
    assert.deepEqual(stack.one("aws:lambda/function:Function").inputs["deadLetterConfig"], { targetArn: queue });
    assert.deepEqual(statements(stack.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])[2], {
      Sid: "KeepFailedEvents",
      Effect: "Allow",
      Action: "sqs:SendMessage",
      Resource: queue,
    });
  });

  it("names the bundle of a file outside handlers by its path", async () => {
    const names: string[] = [];
    await deploy(
      () =>
        new Function("api", {
          ...functionDefaults,
          bundle: (name, file) => {
            names.push(name);
            return functionDefaults.bundle(name, file);
          },
          entry: "api/lambda.ts",
          environment: {},
          statements: [],
        }),
    );
    assert.deepEqual(names, ["api-lambda"]);
  });

  it("lets a service invoke it for one source only", async () => {
    const stack = await deploy(() => {
      const made = new Function("recording-archived", { ...functionDefaults, entry, environment: {}, statements: [] });
      made.allowInvoke("archive", "s3.amazonaws.com", "arn:aws:s3:::archive", "123456789012");
    });
    assert.deepEqual(stack.one("aws:lambda/permission:Permission").inputs, {
      action: "lambda:InvokeFunction",
      function: "recording-archived",
      principal: "s3.amazonaws.com",
      sourceArn: "arn:aws:s3:::archive",
      sourceAccount: "123456789012",
    });
  });
});
