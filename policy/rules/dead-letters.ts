import { ofType, type Rule } from "../rule.ts";
import { at, text } from "../values.ts";

/** Services that invoke functions without waiting for an answer. */
const asynchronous = ["s3.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com"];

/**
 * No event and no work is lost in silence: a queue that feeds a function, and a function that is invoked
 * asynchronously, put aside what they could not handle. A function that only a schedule invokes needs not: its next run
 * does what this one missed.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const deadLetters: Rule = {
  name: "dead-letters",
  description: "What a queue's consumer or an asynchronous function could not handle is kept.",
  level: "mandatory",
  relate(resources) {
    const fed = ofType(resources, "aws:lambda/eventSourceMapping:EventSourceMapping").map(
      ({ props }) => props["eventSourceArn"],
    );
    const kept = ofType(resources, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
      .filter(({ props }) => at(props["destinationConfig"], "onFailure") !== undefined)
      .map(({ props }) => props["functionName"]);
    const schedules = ofType(resources, "aws:cloudwatch/eventRule:EventRule")
      .filter(({ props }) => text(props["scheduleExpression"]) !== "" && props["eventPattern"] === undefined)
      .map(({ props }) => props["arn"]);
    const called = ofType(resources, "aws:lambda/permission:Permission")
      .filter(({ props }) => asynchronous.includes(text(props["principal"])) && !schedules.includes(props["sourceArn"]))
      .map(({ props }) => props["function"]);
    const named = (names: readonly unknown[], props: Readonly<Record<string, unknown>>): boolean =>
      names.includes(props["name"]) || names.includes(props["arn"]);
    return [
      ...ofType(resources, "aws:sqs/queue:Queue")
        .filter(({ props }) => fed.includes(props["arn"]) && text(props["redrivePolicy"]) === "")
        .map(({ urn }) => ({
          urn,
          message:
            "Messages that fail come again until they expire: give the queue a redrivePolicy with a dead-letter queue.",
        })),
      ...ofType(resources, "aws:lambda/function:Function")
        .filter(
          ({ props }) =>
            named(called, props) && text(at(props["deadLetterConfig"], "targetArn")) === "" && !named(kept, props),
        )
        .map(({ urn }) => ({
          urn,
          message: "Events that fail three times are lost: give the function a deadLetterConfig.",
        })),
    ];
  },
};
