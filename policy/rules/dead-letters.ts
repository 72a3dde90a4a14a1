import { ofType, type Rule } from "../rule.ts";
import { at, text } from "../values.ts";

/** Services that invoke functions without waiting for an answer. */
const asynchronous = ["s3.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com"];

/**
 * No event or message is lost silently. A queue that feeds a function, and a function that is invoked asynchronously,
 * must send failures to a dead-letter queue. A function that only a schedule invokes is exempt: its next run makes up
 * for a failed one.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const deadLetters: Rule = {
  name: "dead-letters",
  description: "Messages and events that a queue's consumer or an asynchronous function fails to handle are kept.",
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
            "Failed messages are redelivered until they expire: give the queue a redrivePolicy with a " +
            "dead-letter queue.",
        })),
      ...ofType(resources, "aws:lambda/function:Function")
        .filter(
          ({ props }) =>
            named(called, props) && text(at(props["deadLetterConfig"], "targetArn")) === "" && !named(kept, props),
        )
        .map(({ urn }) => ({
          urn,
          message: "Events are lost after three failed attempts: give the function a deadLetterConfig.",
        })),
    ];
  },
};
