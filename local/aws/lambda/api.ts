import type { Cloud, Functions, ServiceApi, ServiceCall } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { parse, readBody, respond } from "../protocols/json.ts";
import { restJsonApi, type Route } from "../protocols/rest-json.ts";
import type { AsynchronousInvocations } from "./asynchronous.ts";
import type { Mapping } from "./event-source-mapping/mapping.ts";
import { authorizeFunction, policyOf } from "./permissions.ts";
import { nameOf, type LambdaFunction, type Registry } from "./registry.ts";

const invokePath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** The part of Lambda's API that programs call at run time: Invoke, and reading what is deployed. */
export function lambdaApi(
  cloud: Cloud,
  registry: Registry,
  mappings: ReadonlyMap<string, Mapping>,
  parts: { functions: Functions; asynchronous: AsynchronousInvocations },
): ServiceApi {
  const named = (input: Record<string, unknown>): LambdaFunction => registry.get(String(input["name"]));
  const anyFunction = `arn:aws:lambda:${cloud.region}:${cloud.accountId}:*`;
  const routes: Route[] = [
    {
      method: "GET",
      path: "/2015-03-31/functions",
      run(_input, { principal }) {
        cloud.iam.authorize(principal, "lambda:ListFunctions", anyFunction);
        return { Functions: registry.all().map(describe) };
      },
    },
    {
      method: "GET",
      path: "/2015-03-31/functions/{name}",
      run(input, { principal }) {
        const fn = named(input);
        authorizeFunction(cloud, fn, principal, "lambda:GetFunction");
        const { reservedConcurrency } = fn.configuration;
        return {
          Configuration: describe(fn),
          Code: {},
          ...(reservedConcurrency === undefined
            ? {}
            : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
        };
      },
    },
    {
      method: "GET",
      path: "/2015-03-31/functions/{name}/configuration",
      run(input, { principal }) {
        const fn = named(input);
        authorizeFunction(cloud, fn, principal, "lambda:GetFunctionConfiguration");
        return describe(fn);
      },
    },
    {
      method: "GET",
      path: "/2015-03-31/functions/{name}/policy",
      run(input, { principal }) {
        const fn = named(input);
        authorizeFunction(cloud, fn, principal, "lambda:GetPolicy");
        const policy = policyOf(fn);
        if (policy === undefined)
          throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404, {
            Type: "User",
          });
        return { Policy: policy };
      },
    },
    {
      method: "GET",
      path: "/2015-03-31/event-source-mappings",
      run(input, { principal }) {
        cloud.iam.authorize(principal, "lambda:ListEventSourceMappings", "*");
        const wanted = typeof input["FunctionName"] === "string" ? nameOf(input["FunctionName"]) : undefined;
        return {
          EventSourceMappings: [...mappings.values()]
            .filter(({ configuration }) => wanted === undefined || configuration.functionName === wanted)
            .map((mapping) => describeMapping(mapping, registry)),
        };
      },
    },
  ];
  const rest = restJsonApi({ signingName: "lambda", routes });

  return {
    signingName: "lambda",
    async handle(call) {
      const name = call.request.method === "POST" ? invokePath.exec(call.url.pathname)?.[1] : undefined;
      if (name === undefined) await rest.handle(call);
      else await invoke(call, decodeURIComponent(name));
    },
  };

  /** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: the payload is the whole body, both ways. */
  async function invoke(call: ServiceCall, name: string): Promise<void> {
    try {
      const answer = await run(call, name);
      call.response.writeHead(answer.status, {
        "content-type": "application/json",
        "x-amzn-requestid": crypto.randomUUID(),
        ...answer.headers,
      });
      call.response.end(answer.payload);
    } catch (cause) {
      // A success is the raw payload; an error has the protocol's form.
      await respond(call, "application/json", () => {
        throw cause;
      });
    }
  }

  async function run(
    { request, principal }: ServiceCall,
    name: string,
  ): Promise<{ status: number; payload: string; headers?: Record<string, string> }> {
    const type = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
    const body = await readBody(request);
    const fn = registry.get(name);
    const event: unknown = body.length === 0 ? {} : payloadOf(body);
    if (type === "RequestResponse") {
      const { payload, error } = await parts.functions.invoke(fn.configuration.arn, event, principal);
      return {
        status: 200,
        payload,
        headers: {
          "x-amz-executed-version": "$LATEST",
          ...(error === undefined ? {} : { "x-amz-function-error": "Unhandled" }),
        },
      };
    }
    authorizeFunction(cloud, fn, principal);
    if (type === "DryRun") return { status: 204, payload: "" };
    if (type !== "Event")
      throw new AwsError("InvalidParameterValueException", `Unknown invocation type ${String(type)}.`);
    parts.asynchronous.add(fn, JSON.stringify(event), crypto.randomUUID());
    return { status: 202, payload: "" };
  }
}

function payloadOf(body: Buffer): unknown {
  try {
    return parse(body);
  } catch {
    throw new AwsError("InvalidRequestContentException", "Could not parse request body into json.", 400, {
      Type: "User",
    });
  }
}

function describe({ configuration }: LambdaFunction): Record<string, unknown> {
  return {
    FunctionName: configuration.name,
    FunctionArn: configuration.arn,
    Description: configuration.description,
    Runtime: configuration.runtime,
    Role: configuration.roleArn,
    Handler: configuration.handler,
    CodeSize: configuration.code.bytes,
    CodeSha256: configuration.code.sha256,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMb,
    LastModified: configuration.lastModified,
    Version: "$LATEST",
    Environment: { Variables: configuration.variables },
    PackageType: "Zip",
    Architectures: [configuration.architecture],
    State: "Active",
    LastUpdateStatus: "Successful",
    LoggingConfig: { LogFormat: "Text", LogGroup: configuration.logGroup },
    ...(configuration.deadLetterTargetArn === undefined
      ? {}
      : { DeadLetterConfig: { TargetArn: configuration.deadLetterTargetArn } }),
  };
}

function describeMapping(mapping: Mapping, registry: Registry): Record<string, unknown> {
  const { configuration } = mapping;
  return {
    UUID: configuration.uuid,
    EventSourceArn: configuration.sourceArn,
    FunctionArn: registry.get(configuration.functionName).configuration.arn,
    BatchSize: configuration.batchSize,
    MaximumBatchingWindowInSeconds: configuration.batchingWindowSeconds,
    State: configuration.enabled ? "Enabled" : "Disabled",
    StateTransitionReason: "USER_INITIATED",
    LastProcessingResult: mapping.problem() === undefined ? "OK" : `PROBLEM: ${mapping.problem() ?? ""}`,
    FunctionResponseTypes: configuration.reportBatchItemFailures ? ["ReportBatchItemFailures"] : [],
    ...mapping.details,
  };
}
