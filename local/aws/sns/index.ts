import type { Cloud, ServiceModule, Topics } from "../cloud.ts";
import { queryApi } from "../protocols/query.ts";
import { createDeliveries } from "./deliveries.ts";
import { createPublish, publishOperation } from "./publish.ts";
import { topicPolicyProvider, topicProvider } from "./resources/topic.ts";
import { topicSubscriptionProvider } from "./resources/topic-subscription.ts";
import type { Topic } from "./topics.ts";

/**
 * SNS on this machine: standard topics with functions and queues as subscribers, durable deliveries and topic policies.
 */
export function createSns(cloud: Cloud): ServiceModule & Topics {
  const topics = new Map<string, Topic>();
  const deliveries = createDeliveries(cloud, topics);
  const publish = createPublish(cloud, topics, deliveries);
  return {
    async publish(topicArn, message, source) {
      publish(topicArn, { body: message }, source);
    },
    api: queryApi({ signingName: "sns", operations: { Publish: publishOperation(publish) } }),
    resources: [
      topicProvider(cloud, topics),
      topicPolicyProvider(cloud, topics),
      topicSubscriptionProvider(cloud, topics),
    ],
    async start() {
      deliveries.start();
    },
    stop: () => deliveries.stop(),
  };
}
