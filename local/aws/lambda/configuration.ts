import { AwsError } from "../errors.ts";
import type { Code } from "./code.ts";

/** A deployed function's configuration. */
export interface FunctionConfiguration {
  name: string;
  arn: string;
  description: string;
  roleArn: string;
  runtime: string;
  architecture: string;
  /** `index.handler` */
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  variables: Record<string, string>;
  code: Code;
  /** Maximum concurrent invocations; undefined uses the account's limit (here: the machine's). 0 stops the function. */
  reservedConcurrency: number | undefined;
  /** SQS queue or SNS topic for events that failed all attempts. */
  deadLetterTargetArn: string | undefined;
  logGroup: string;
  /** ISO 8601 */
  lastModified: string;
}

/** How asynchronous invocations of a function are retried and where their records go. */
export interface EventInvokeConfiguration {
  maximumRetryAttempts: number;
  maximumEventAgeSeconds: number;
  onFailureArn: string | undefined;
  onSuccessArn: string | undefined;
}

export const defaultEventInvoke: EventInvokeConfiguration = {
  maximumRetryAttempts: 2,
  maximumEventAgeSeconds: 21_600,
  onFailureArn: undefined,
  onSuccessArn: undefined,
};

/** The engine's own runtime: a function for another runtime would not run as it does on AWS. */
const runtimes = ["nodejs24.x"];
const otherAwsRuntimes =
  /^(nodejs(20|22)\.x|python3\.\d+|java(8\.al2|11|17|21|25)|dotnet(8|10)|ruby3\.\d|provided\.al2(023)?)$/;

/** Rejects a runtime that AWS does not have, or that this machine cannot run as AWS would. */
export function checkRuntime(runtime: string): void {
  if (runtimes.includes(runtime)) return;
  if (otherAwsRuntimes.test(runtime))
    throw new AwsError(
      "NotImplemented",
      `The local engine runs only ${runtimes.join(", ")} functions, not ${runtime}.`,
      501,
    );
  throw new AwsError(
    "InvalidParameterValueException",
    `Value ${runtime} at 'runtime' failed to satisfy constraint: it is not a supported runtime.`,
  );
}

/** Exactly one of AWS's architectures. JavaScript runs the same on both. */
export function checkArchitectures(architectures: readonly string[]): string {
  const [architecture = "x86_64", ...others] = architectures;
  if (others.length > 0 || (architecture !== "arm64" && architecture !== "x86_64")) {
    throw new AwsError(
      "InvalidParameterValueException",
      `Value [${architectures.join(", ")}] at 'architectures' failed to satisfy constraint: one of [x86_64, arm64].`,
    );
  }
  return architecture;
}

/** Lambda sets these itself: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const reservedVariables = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);

/**
 * Environment variables as AWS accepts them: no reserved names, names of letters, digits and underscores, 4 KB in all.
 */
export function checkVariables(variables: Record<string, string>): void {
  const names = Object.keys(variables);
  const reserved = names.filter((name) => reservedVariables.has(name));
  if (reserved.length > 0) {
    throw new AwsError(
      "InvalidParameterValueException",
      "Lambda was unable to configure your environment variables because the environment variables " +
        "you have provided contains reserved keys that are currently not supported for modification. " +
        `Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  const bad = names.find((name) => !/^[a-zA-Z]\w+$/.test(name));
  if (bad !== undefined)
    throw new AwsError(
      "InvalidParameterValueException",
      `The environment variable ${bad} must start with a letter and have only letters, digits and ` +
        "underscores, at least two.",
    );
  const size = Buffer.byteLength(JSON.stringify(variables));
  if (size > 4096)
    throw new AwsError(
      "InvalidParameterValueException",
      "Lambda was unable to configure your environment variables because the environment variables " +
        `you have provided exceeded the 4KB limit (${size} bytes).`,
    );
}
