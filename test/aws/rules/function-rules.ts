import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { byArn, byOutput, ofType } from "../support/lookup.ts";
import { entries, pick, text, texts } from "../support/read.ts";
import type { Resource, Stack } from "../support/stacks.ts";

/**
 * What Lambda refuses of functions although its model allows it:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export function functionProblems(stack: Stack): string[] {
  return ofType(stack, "aws:lambda/function:Function").flatMap((lambda) =>
    [
      ...limitProblems(lambda),
      ...environmentProblems(lambda),
      ...packageProblems(lambda),
      ...referenceProblems(stack, lambda),
      ...gatewayProblems(stack, lambda),
    ].map((problem) => `function ${lambda.name}: ${problem}`),
  );
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
function limitProblems({ inputs, outputs }: Resource): string[] {
  const timeout = Number(inputs["timeout"] ?? 3);
  const memory = Number(inputs["memorySize"] ?? 128);
  return [
    ...(timeout >= 1 && timeout <= 900 ? [] : [`its timeout is ${timeout} s, not 1 to 900`]),
    ...(memory >= 128 && memory <= 10_240 ? [] : [`its memory is ${memory} MB, not 128 to 10240`]),
    ...(text(inputs["description"]).length <= 256 ? [] : ["its description is over 256 characters"]),
    ...(/^[\w-]{1,64}$/.test(text(outputs["name"])) ? [] : [`"${text(outputs["name"])}" is no function name`]),
    // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
    ...(["nodejs22.x", "nodejs24.x"].includes(text(inputs["runtime"]))
      ? []
      : [`its runtime ${text(inputs["runtime"])} is no supported Node.js`]),
  ];
}

/**
 * 4 KB in all, and none of the names that Lambda sets itself:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
function environmentProblems({ inputs }: Resource): string[] {
  const variables = entries(pick(inputs["environment"], "variables"));
  const bytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(variables)));
  return [
    ...(bytes <= 4096 ? [] : [`its environment has ${bytes} bytes, not 4096 at most`]),
    ...variables
      .filter(
        ([name, value]) =>
          !/^[a-zA-Z]\w+$/.test(name) ||
          /^(AWS_(?!NODEJS_CONNECTION_REUSE_ENABLED$)|LAMBDA_|_)/.test(name) ||
          typeof value !== "string",
      )
      .map(([name]) => `it may not set ${name}`),
  ];
}

/** 50 MB packed: the archive of a deployment goes with the request. */
function packageProblems({ inputs }: Resource): string[] {
  const files = entries(pick(inputs["code"], "$archive")).map(
    ([name, asset]) => [name, readFileSync(text(pick(asset, "$asset", "path")))] as const,
  );
  const packed = files.reduce((sum, [, content]) => sum + gzipSync(content, { level: 1 }).length, 0);
  const [file, exported] = text(inputs["handler"]).split(".");
  const entry = files
    .find(([name]) => name === `${file ?? ""}.mjs` || name === `${file ?? ""}.js`)?.[1]
    .toString("utf8");
  return [
    ...(packed <= 50 * 1024 * 1024 ? [] : [`its package has ${packed} bytes, not 52428800 at most`]),
    ...(entry !== undefined &&
    new RegExp(`export\\s*\\{[^}]*\\b${exported ?? ""}\\b|export const ${exported ?? ""}\\b`).test(entry)
      ? []
      : [`its package has no ${text(inputs["handler"])}`]),
  ];
}

/** Role, log group and queue for failed events are of the stack, and the role is Lambda's. */
function referenceProblems(stack: Stack, { inputs }: Resource): string[] {
  const role = byArn(stack, inputs["role"]);
  const deadLetters = pick(inputs["deadLetterConfig"], "targetArn");
  return [
    ...(role !== undefined && text(role.inputs["assumeRolePolicy"]).includes('"lambda.amazonaws.com"')
      ? []
      : ["its role is not one that Lambda may take"]),
    ...(byOutput(stack, "aws:cloudwatch/logGroup:LogGroup", "name", pick(inputs["loggingConfig"], "logGroup")) ===
    undefined
      ? ["its log group is not of this stack"]
      : []),
    ...(deadLetters !== undefined && byArn(stack, deadLetters)?.type !== "aws:sqs/queue:Queue"
      ? ["its queue for failed events is not of this stack"]
      : []),
    ...(texts(inputs["architectures"]).length === 1 ? [] : ["it needs one architecture"]),
  ];
}

/**
 * An HTTP API waits 30 s for its function, a WebSocket API 29 s:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
function gatewayProblems(stack: Stack, { inputs, outputs }: Resource): string[] {
  const integration = ofType(stack, "aws:apigatewayv2/integration:Integration").find(
    (one) => one.inputs["integrationUri"] === outputs["invokeArn"],
  );
  const api = ofType(stack, "aws:apigatewayv2/api:Api").find(({ id }) => id === integration?.inputs["apiId"]);
  const waits = api?.inputs["protocolType"] === "WEBSOCKET" ? 29 : 30;
  return integration !== undefined && Number(inputs["timeout"]) >= waits
    ? ["the API gives up on it before its own timeout"]
    : [];
}
