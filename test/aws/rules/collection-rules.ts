import { repeated } from "../support/read.ts";
import type { Stack } from "../support/stacks.ts";

/**
 * Inputs that AWS's provider keeps as sets, by resource type, `*` for every member of a list: from its schema
 * (`terraform providers schema -json`, version 6). In a set, equal members become one, and the order is lost.
 */
const sets: Readonly<Record<string, readonly string[]>> = {
  "aws:apigatewayv2/api:Api": [
    "corsConfiguration.allowHeaders",
    "corsConfiguration.allowMethods",
    "corsConfiguration.allowOrigins",
    "corsConfiguration.exposeHeaders",
  ],
  "aws:apigatewayv2/route:Route": ["authorizationScopes", "requestParameters"],
  "aws:apigatewayv2/stage:Stage": ["routeSettings"],
  "aws:cloudformation/stack:Stack": ["capabilities", "notificationArns"],
  "aws:cloudfront/distribution:Distribution": [
    "aliases",
    "customErrorResponses",
    ...["defaultCacheBehavior", "orderedCacheBehaviors.*"].flatMap((behaviour) =>
      ["allowedMethods", "cachedMethods", "functionAssociations", "lambdaFunctionAssociations"].map(
        (name) => `${behaviour}.${name}`,
      ),
    ),
    "origins",
    "origins.*.customHeaders",
    "origins.*.customOriginConfig.originSslProtocols",
    "originGroups",
    "restrictions.geoRestriction.locations",
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ["alarmActions", "insufficientDataActions", "okActions", "metricQueries"],
  "aws:dynamodb/table:Table": [
    "attributes",
    "globalSecondaryIndexes",
    "globalSecondaryIndexes.*.nonKeyAttributes",
    "localSecondaryIndexes",
    "replicas",
  ],
  "aws:ec2/securityGroup:SecurityGroup": ["egress", "ingress"],
  "aws:iam/role:Role": ["managedPolicyArns", "inlinePolicies"],
  "aws:lambda/eventSourceMapping:EventSourceMapping": [
    "functionResponseTypes",
    "topics",
    "filterCriteria.filters",
    "sourceAccessConfigurations",
  ],
  "aws:lambda/function:Function": ["vpcConfig.securityGroupIds", "vpcConfig.subnetIds"],
  "aws:s3/bucketNotification:BucketNotification": ["lambdaFunctions.*.events", "queues.*.events", "topics.*.events"],
  "aws:secretsmanager/secretVersion:SecretVersion": ["versionStages"],
};

/** Types that must be known here or in no way: a `medialive` resource of this provider keeps destinations as sets. */
const unordered = /^aws:medialive\/(?:channel:Channel|input:Input)$/;

/** What the provider would collapse or put in another order. */
export function collectionProblems(stack: Stack): string[] {
  return stack.resources.flatMap(({ type, name, inputs }) => [
    ...(unordered.test(type) ? [`${type} ${name} has destinations whose order the provider loses`] : []),
    ...(sets[type] ?? []).flatMap((path) =>
      membersAt(inputs, path.split(".")).flatMap((members) =>
        repeated(members.map((member) => JSON.stringify(member))).map(
          (member) => `${type} ${name}: ${path} is a set, in which these become one: ${member}`,
        ),
      ),
    ),
  ]);
}

/** The lists at a path. */
function membersAt(value: unknown, [step, ...rest]: string[]): unknown[][] {
  if (step === undefined) return Array.isArray(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  if (step === "*") return Object.values(value).flatMap((member) => membersAt(member, rest));
  return membersAt((value as Record<string, unknown>)[step], rest);
}
