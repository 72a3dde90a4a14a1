import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import { physicalName } from "../../../engine/physical-name.ts";
import type { Cloud } from "../../cloud.ts";
import { AccessDenied, AwsError } from "../../errors.ts";
import { block, flag, maybeNumber, maybeText, text, textMap, texts, whole } from "../../support/inputs.ts";
import { storeCode } from "../code.ts";
import { checkArchitectures, checkRuntime, checkVariables } from "../configuration.ts";
import type { Registry } from "../registry.ts";

/** `aws.lambda.Function`, deployed from an archive of files. */
export function functionProvider(cloud: Cloud, registry: Registry, codeRoot: string): ResourceProvider {
  return {
    type: "aws:lambda/function:Function",
    honoured: [
      "architectures",
      "code",
      "deadLetterConfig",
      "description",
      "environment",
      "handler",
      "loggingConfig",
      "memorySize",
      "name",
      "packageType",
      "publish",
      "reservedConcurrentExecutions",
      "role",
      "runtime",
      "timeout",
    ],
    // Temporary storage is the machine's own, traces and tags are not used here, and the code is always hashed.
    ignored: ["ephemeralStorage", "region", "skipDestroy", "sourceCodeHash", "tags", "tracingConfig"],
    replaceOnChanges: ["name"],
    async apply({ name: logicalName, inputs, prior }) {
      const name = physicalName(inputs["name"], logicalName, prior);
      if (!/^[a-zA-Z0-9-_]{1,64}$/.test(name))
        throw new AwsError(
          "InvalidParameterValueException",
          `The function name ${name} must be 1 to 64 letters, digits, hyphens or underscores.`,
        );
      if ((maybeText(inputs, "packageType") ?? "Zip") !== "Zip")
        throw new AwsError("NotImplemented", "The local engine runs functions of package type Zip only.", 501);
      if (flag(inputs, "publish", false))
        throw new AwsError("NotImplemented", "The local engine has no function versions: publish must be false.", 501);
      const runtime = text(inputs, "runtime");
      checkRuntime(runtime);
      const architecture = checkArchitectures(texts(inputs, "architectures"));
      const variables = textMap(block(inputs, "environment", ["variables"]) ?? {}, "variables");
      checkVariables(variables);
      const roleArn = text(inputs, "role");
      assertAssumable(cloud, roleArn);
      const reserved = maybeNumber(inputs, "reservedConcurrentExecutions") ?? -1;
      const arn = `arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${name}`;
      const code = await storeCode(codeRoot, inputs["code"]);
      const lastModified =
        typeof prior?.outputs["lastModified"] === "string" && prior.outputs["codeSha256"] === code.sha256
          ? prior.outputs["lastModified"]
          : new Date().toISOString();
      await registry.put({
        name,
        arn,
        description: maybeText(inputs, "description") ?? "",
        roleArn,
        runtime,
        architecture,
        handler: text(inputs, "handler"),
        timeoutSeconds: whole(inputs, "timeout", { fallback: 3, min: 1, max: 900 }),
        memoryMb: whole(inputs, "memorySize", { fallback: 128, min: 128, max: 10_240 }),
        variables,
        code,
        reservedConcurrency: reserved < 0 ? undefined : reserved,
        deadLetterTargetArn: deadLetterTarget(inputs),
        logGroup: logGroupOf(inputs) ?? `/aws/lambda/${name}`,
        lastModified,
      });
      return { id: name, outputs: outputsOf(cloud, name, arn, code, lastModified) };
    },
    async remove(state) {
      await registry.remove(state.id);
    },
  };
}

function outputsOf(
  cloud: Cloud,
  name: string,
  arn: string,
  code: { sha256: string; bytes: number },
  lastModified: string,
): Properties {
  const invokeArn = (target: string): string =>
    `arn:aws:apigateway:${cloud.region}:lambda:path/2015-03-31/functions/${target}/invocations`;
  return {
    name,
    arn,
    invokeArn: invokeArn(arn),
    qualifiedArn: `${arn}:$LATEST`,
    qualifiedInvokeArn: invokeArn(`${arn}:$LATEST`),
    version: "$LATEST",
    codeSha256: code.sha256,
    sourceCodeSize: code.bytes,
    lastModified,
  };
}

/** Throws unless Lambda can assume the role. */
function assertAssumable(cloud: Cloud, roleArn: string): void {
  try {
    cloud.iam.assume(roleArn, "lambda.amazonaws.com");
  } catch (cause) {
    if (cause instanceof AccessDenied)
      throw new AwsError(
        "InvalidParameterValueException",
        `The role defined for the function cannot be assumed by Lambda: ${roleArn}`,
      );
    throw cause;
  }
}

function deadLetterTarget(inputs: Properties): string | undefined {
  const given = block(inputs, "deadLetterConfig", ["targetArn"]);
  if (given === undefined) return undefined;
  const arn = text(given, "targetArn");
  if (!/^arn:aws:(sqs|sns):/.test(arn))
    throw new AwsError(
      "InvalidParameterValueException",
      `The dead-letter target ${arn} must be an SQS queue or an SNS topic.`,
    );
  return arn;
}

/** The local log is for people, so JSON format and log levels are ignored; only the group's name is used. */
function logGroupOf(inputs: Properties): string | undefined {
  const given = block(inputs, "loggingConfig", ["applicationLogLevel", "logFormat", "logGroup", "systemLogLevel"]);
  return given === undefined ? undefined : maybeText(given, "logGroup");
}
