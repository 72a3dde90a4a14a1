import { physicalName } from "../../../engine/physical-name.ts";
import type { ResourceProvider } from "../../../engine/provider.ts";
import type { Cloud } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import { flag, maybeText, text } from "../../support/inputs.ts";
import type { Subscription, Topic } from "../topics.ts";

/** `aws.sns.Topic`: a standard topic. */
export function topicProvider(cloud: Cloud, topics: Map<string, Topic>): ResourceProvider {
  return {
    type: "aws:sns/topic:Topic",
    honoured: ["fifoTopic", "name", "namePrefix", "policy"],
    ignored: ["displayName", "kmsMasterKeyId", "region", "signatureVersion", "tags", "tracingConfig"],
    replaceOnChanges: ["name", "namePrefix", "fifoTopic"],
    async apply({ name: logicalName, inputs, prior }) {
      if (flag(inputs, "fifoTopic", false))
        throw new AwsError(
          "NotImplemented",
          "The local engine has standard topics only: fifoTopic must be false.",
          501,
        );
      const name = physicalName(
        inputs["name"],
        maybeText(inputs, "namePrefix")?.replace(/-$/, "") ?? logicalName,
        prior,
      );
      if (!/^[\w-]{1,256}$/.test(name))
        throw new AwsError(
          "InvalidParameter",
          `The topic name ${name} must be 1 to 256 letters, digits, hyphens or underscores.`,
        );
      const arn = `arn:aws:sns:${cloud.region}:${cloud.accountId}:${name}`;
      const before = topics.get(arn);
      topics.set(arn, {
        name,
        arn,
        policy: maybeText(inputs, "policy") ?? before?.policy,
        subscriptions: before?.subscriptions ?? new Map<string, Subscription>(),
      });
      return { id: arn, outputs: { name, arn, owner: cloud.accountId } };
    },
    async remove(state) {
      topics.delete(state.id);
    },
  };
}

/** `aws.sns.TopicPolicy`: who may publish, in addition to roles whose own policies allow it. */
export function topicPolicyProvider(cloud: Cloud, topics: ReadonlyMap<string, Topic>): ResourceProvider {
  return {
    type: "aws:sns/topicPolicy:TopicPolicy",
    honoured: ["arn", "policy"],
    ignored: ["region"],
    replaceOnChanges: ["arn"],
    async apply({ inputs }) {
      const topic = existingTopic(topics, text(inputs, "arn"));
      topic.policy = text(inputs, "policy");
      return { id: topic.arn, outputs: { owner: cloud.accountId } };
    },
    async remove(state) {
      const topic = topics.get(state.id);
      if (topic !== undefined) topic.policy = undefined;
    },
  };
}

/** Throws NotFound, as SNS does. */
export function existingTopic(topics: ReadonlyMap<string, Topic>, arn: string): Topic {
  const topic = topics.get(arn);
  if (topic === undefined) throw new AwsError("NotFound", `Topic does not exist: ${arn}`, 404);
  return topic;
}
