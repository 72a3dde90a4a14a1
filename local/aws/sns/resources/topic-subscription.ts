import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import type { Cloud } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import { flag, maybeText, properties, text } from "../../support/inputs.ts";
import type { Topic } from "../topics.ts";
import { existingTopic } from "./topic.ts";

/**
 * `aws.sns.TopicSubscription` of a function or a queue to every message of the topic. An email subscription is accepted
 * without effect: this machine sends no email.
 */
export function topicSubscriptionProvider(cloud: Cloud, topics: ReadonlyMap<string, Topic>): ResourceProvider {
  const log = cloud.log.child("sns");
  return {
    type: "aws:sns/topicSubscription:TopicSubscription",
    honoured: ["endpoint", "protocol", "rawMessageDelivery", "redrivePolicy", "topic"],
    // These apply to HTTP endpoints, which must confirm their subscriptions.
    ignored: ["confirmationTimeoutInMinutes", "endpointAutoConfirms", "region"],
    replaceOnChanges: ["endpoint", "protocol", "topic"],
    async apply({ inputs, prior }) {
      const topic = existingTopic(topics, text(inputs, "topic"));
      const protocol = text(inputs, "protocol");
      const arn = prior?.id ?? `${topic.arn}:${crypto.randomUUID()}`;
      if (protocol === "email") {
        log.info(
          `${text(inputs, "endpoint")} would receive email about ${topic.name} on AWS; the local ` +
            "engine sends none",
        );
        return {
          id: arn,
          outputs: { arn, ownerId: cloud.accountId, confirmationWasAuthenticated: false, pendingConfirmation: true },
        };
      }
      if (protocol !== "lambda" && protocol !== "sqs")
        throw new AwsError(
          "NotImplemented",
          `The local engine delivers to lambda and sqs only, not to ${protocol}.`,
          501,
        );
      const endpoint = text(inputs, "endpoint");
      if (!endpoint.startsWith(`arn:aws:${protocol}:`))
        throw new AwsError(
          "InvalidParameter",
          `Invalid parameter: Endpoint ${endpoint} is not a valid ${protocol} ARN.`,
        );
      const raw = flag(inputs, "rawMessageDelivery", false);
      if (raw && protocol === "lambda")
        throw new AwsError(
          "InvalidParameter",
          "Invalid parameter: Attributes Reason: Delivery protocol [lambda] does not support raw message delivery.",
        );
      topic.subscriptions.set(arn, {
        arn,
        topicArn: topic.arn,
        protocol,
        endpoint,
        raw,
        deadLetterArn: deadLetterArn(inputs),
      });
      return {
        id: arn,
        outputs: { arn, ownerId: cloud.accountId, confirmationWasAuthenticated: true, pendingConfirmation: false },
      };
    },
    async remove(state) {
      topics.get(state.id.slice(0, state.id.lastIndexOf(":")))?.subscriptions.delete(state.id);
    },
  };
}

function deadLetterArn(inputs: Properties): string | undefined {
  const json = maybeText(inputs, "redrivePolicy");
  if (json === undefined || json === "") return undefined;
  let policy: Properties | undefined;
  try {
    policy = properties(JSON.parse(json));
  } catch {
    policy = undefined;
  }
  if (policy === undefined)
    throw new AwsError("InvalidParameter", "Invalid parameter: RedrivePolicy: must be a JSON object.");
  return text(policy, "deadLetterTargetArn");
}
