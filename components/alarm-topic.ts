import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "./policy.ts";

export interface AlarmTopicArgs {
  /** The account whose alarms and budgets may publish to the topic. */
  accountId: pulumi.Input<string>;
  region: pulumi.Input<string>;
  /** Email address to notify, once its owner has confirmed the subscription. @default nobody */
  email?: string;
  tags?: Record<string, string>;
}

/**
 * The topic that alarms and budgets publish to. It is not encrypted: CloudWatch cannot publish to a topic under SNS's
 * own key, and the messages (an alarm's name and numbers) are not secret.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export class AlarmTopic extends pulumi.ComponentResource {
  /** Resolves once alarms and budgets may publish. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AlarmTopicArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:AlarmTopic", name, {}, options);
    const { accountId, region, email } = args;
    const parent = { parent: this };
    const topic = new sns.Topic(name, { tags: args.tags }, parent);
    const mayPublish = (sid: string, service: string, sourceArn: pulumi.Output<string>) => ({
      Sid: sid,
      Principal: { Service: service },
      Action: "sns:Publish",
      Resource: topic.arn,
      Condition: { StringEquals: { "aws:SourceAccount": accountId }, ArnLike: { "aws:SourceArn": sourceArn } },
    });
    const policy = new sns.TopicPolicy(
      name,
      {
        arn: topic.arn,
        policy: policyDocument([
          mayPublish(
            "AlarmsPublish",
            "cloudwatch.amazonaws.com",
            pulumi.interpolate`arn:aws:cloudwatch:${region}:${accountId}:alarm:*`,
          ),
          // https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
          mayPublish("BudgetsPublish", "budgets.amazonaws.com", pulumi.interpolate`arn:aws:budgets::${accountId}:*`),
        ]),
      },
      parent,
    );
    if (email !== undefined)
      new sns.TopicSubscription(`${name}-email`, { topic: topic.arn, protocol: "email", endpoint: email }, parent);
    this.arn = pulumi.all([topic.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}
