import type { Rule } from "../rule.ts";
import { templateResources } from "../template.ts";
import { at, items } from "../values.ts";

/** Types that cost money or hold data, and can be tagged. */
const taggable = new Set([
  "aws-native:mediapackagev2:Channel",
  "aws-native:mediapackagev2:ChannelGroup",
  "aws-native:mediapackagev2:OriginEndpoint",
  "aws:apigatewayv2/api:Api",
  "aws:cloudformation/stack:Stack",
  "aws:cloudfront/distribution:Distribution",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:dynamodb/table:Table",
  "aws:iam/role:Role",
  "aws:lambda/function:Function",
  "aws:mediaconvert/queue:Queue",
  "aws:rekognition/collection:Collection",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
]);

const wanted = ["project", "stack"];

/**
 * Resources that cost money name their owner, so the bill can be split by project and stack, and orphans found.
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
export const tags: Rule = {
  name: "tags",
  description: "Resources that cost money or hold data have the tags project and stack.",
  level: "mandatory",
  judge: ({ type, props }) => {
    if (!taggable.has(type)) return [];
    return [
      ...judgeTags("The resource", props["tags"]),
      ...templateResources(props).flatMap(({ type: inner, properties }) => judgeTags(inner, at(properties, "Tags"))),
    ];
  },
};

function judgeTags(what: string, tagged: unknown): string[] {
  // A map in the aws provider and of MediaLive's types in CloudFormation, a list of pairs in aws-native.
  const given = Array.isArray(tagged)
    ? items(tagged).map((tag) => at(tag, "key"))
    : Object.keys(Object(tagged) as object);
  const missing = wanted.filter((tag) => !given.includes(tag));
  return missing.length === 0 ? [] : [`${what} has no tag ${missing.join(" and ")}: pass the stack's tags to it.`];
}
