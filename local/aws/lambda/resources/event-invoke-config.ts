import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import { AwsError } from "../../errors.ts";
import { block, maybeText, text, whole } from "../../support/inputs.ts";
import { defaultEventInvoke } from "../configuration.ts";
import type { Registry } from "../registry.ts";

/** `aws.lambda.FunctionEventInvokeConfig`: retries, age and destinations of asynchronous invocations. */
export function eventInvokeConfigProvider(registry: Registry): ResourceProvider {
  return {
    type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    honoured: ["destinationConfig", "functionName", "maximumEventAgeInSeconds", "maximumRetryAttempts", "qualifier"],
    ignored: ["region"],
    replaceOnChanges: ["functionName", "qualifier"],
    async apply({ inputs }) {
      const qualifier = maybeText(inputs, "qualifier") ?? "$LATEST";
      if (qualifier !== "$LATEST")
        throw new AwsError(
          "NotImplemented",
          `The local engine has no function versions: the qualifier ${qualifier} is unknown.`,
          501,
        );
      const fn = registry.get(text(inputs, "functionName"));
      const destinations = block(inputs, "destinationConfig", ["onFailure", "onSuccess"]) ?? {};
      fn.eventInvoke = {
        maximumRetryAttempts: whole(inputs, "maximumRetryAttempts", { fallback: 2, min: 0, max: 2 }),
        maximumEventAgeSeconds: whole(inputs, "maximumEventAgeInSeconds", { fallback: 21_600, min: 60, max: 21_600 }),
        onFailureArn: destination(destinations, "onFailure"),
        onSuccessArn: destination(destinations, "onSuccess"),
      };
      return { id: fn.configuration.name, outputs: {} };
    },
    async remove(state) {
      const fn = registry.find(state.id);
      if (fn !== undefined) fn.eventInvoke = { ...defaultEventInvoke };
    },
  };
}

function destination(destinations: Properties, name: string): string | undefined {
  const given = block(destinations, name, ["destination"]);
  if (given === undefined) return undefined;
  const arn = text(given, "destination");
  if (!/^arn:aws:(sqs|sns|lambda):/.test(arn))
    throw new AwsError(
      "NotImplemented",
      `The local engine sends invocation records to queues, topics and functions only, not to ${arn}.`,
      501,
    );
  return arn;
}
