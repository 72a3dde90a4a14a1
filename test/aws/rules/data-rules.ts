import { byArn, ofType } from "../support/lookup.ts";
import { list, pick, repeated, text } from "../support/read.ts";
import type { Stack } from "../support/stacks.ts";

/** What DynamoDB, SNS, Rekognition, CloudWatch and KMS refuse, or silently don't do. */
export function dataProblems(stack: Stack): string[] {
  return [
    ...tableProblems(stack),
    ...topicProblems(stack),
    ...alarmProblems(stack),
    ...keyProblems(stack),
    ...nameProblems(stack),
  ];
}

/**
 * Attributes are exactly those of keys, at most 20 indexes, no key expires:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
function tableProblems(stack: Stack): string[] {
  return ofType(stack, "aws:dynamodb/table:Table").flatMap(({ name, inputs }) => {
    const indexes = list(inputs["globalSecondaryIndexes"]);
    const declared = list(inputs["attributes"]).map((attribute) => text(pick(attribute, "name")));
    const keys = [inputs, ...indexes]
      .flatMap((schema) => [text(pick(schema, "hashKey")), text(pick(schema, "rangeKey"))])
      .filter((key) => key !== "");
    return [
      ...keys.filter((key) => !declared.includes(key)).map((key) => `table ${name}: its key ${key} is not declared`),
      ...declared
        .filter((attribute) => !keys.includes(attribute))
        .map((attribute) => `table ${name}: ${attribute} is declared and no key`),
      ...repeated(indexes.map((index) => text(pick(index, "name")))).map(
        (index) => `table ${name}: has two indexes ${index}`,
      ),
      ...(indexes.length <= 20 ? [] : [`table ${name}: has ${indexes.length} indexes, not 20 at most`]),
      ...(keys.includes(text(pick(inputs["ttl"], "attributeName"))) ? [`table ${name}: expires by a key`] : []),
      ...(inputs["billingMode"] === "PAY_PER_REQUEST" &&
      (inputs["readCapacity"] !== undefined || inputs["writeCapacity"] !== undefined)
        ? [`table ${name}: is on demand and has a capacity`]
        : []),
    ];
  });
}

/**
 * AWS's managed policy for Rekognition reaches only topics whose name begins with AmazonRekognition.
 * https://docs.aws.amazon.com/rekognition/latest/dg/api-video-roles.html
 */
function topicProblems(stack: Stack): string[] {
  const managed = "arn:aws:iam::aws:policy/service-role/AmazonRekognitionServiceRole";
  const rekognition = ofType(stack, "aws:iam/role:Role").filter(({ inputs }) =>
    text(inputs["assumeRolePolicy"]).includes("rekognition.amazonaws.com"),
  );
  return rekognition.flatMap(({ name, inputs, outputs }) => {
    const byManaged =
      list(inputs["managedPolicyArns"]).includes(managed) ||
      ofType(stack, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").some(
        (attachment) => attachment.inputs["role"] === outputs["name"] && attachment.inputs["policyArn"] === managed,
      );
    const policies = ofType(stack, "aws:iam/rolePolicy:RolePolicy")
      .filter((policy) => policy.inputs["role"] === outputs["name"])
      .map((policy) => text(policy.inputs["policy"]));
    const topics = ofType(stack, "aws:sns/topic:Topic").filter((topic) =>
      policies.some((policy) => policy.includes(`"${text(topic.outputs["arn"])}"`)),
    );
    if (byManaged)
      return ofType(stack, "aws:sns/topic:Topic").some((topic) =>
        text(topic.outputs["name"]).startsWith("AmazonRekognition"),
      )
        ? []
        : [`role ${name}: its managed policy reaches no topic, for none is named AmazonRekognition…`];
    return topics.length === 1
      ? []
      : [`role ${name}: may publish to ${topics.length} topics of this stack, not to one`];
  });
}

/**
 * Periods are 10, 30 or a multiple of 60 s, and all looked at at most a day:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
function alarmProblems(stack: Stack): string[] {
  return ofType(stack, "aws:cloudwatch/metricAlarm:MetricAlarm").flatMap(({ name, inputs }) => {
    const metrics = list(inputs["metricQueries"])
      .map((query) => pick(query, "metric", "period"))
      .filter((period) => period !== undefined);
    const periods = [...(inputs["period"] === undefined ? [] : [inputs["period"]]), ...metrics].map(Number);
    const evaluated = Number(inputs["evaluationPeriods"]);
    const actions = [
      ...list(inputs["alarmActions"]),
      ...list(inputs["okActions"]),
      ...list(inputs["insufficientDataActions"]),
    ];
    return [
      ...periods
        .filter((period) => ![10, 20, 30].includes(period) && (period % 60 !== 0 || period < 60))
        .map((period) => `alarm ${name}: a period of ${period} s`),
      ...(periods.every((period) => period * evaluated <= 86_400) ? [] : [`alarm ${name}: looks at more than a day`]),
      ...(Number(inputs["datapointsToAlarm"] ?? evaluated) <= evaluated
        ? []
        : [`alarm ${name}: needs more data points than it looks at`]),
      ...(text(inputs["alarmDescription"]).length <= 1024
        ? []
        : [`alarm ${name}: its description is over 1024 characters`]),
      ...actions
        .filter((arn) => byArn(stack, arn)?.type !== "aws:sns/topic:Topic")
        .map((arn) => `alarm ${name}: tells ${text(arn)}, which is no topic of this stack`),
    ];
  });
}

/**
 * A topic or queue that AWS services put into can't be under AWS's own key, whose policy does not know them; under a
 * key of the stack, the key's policy must.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#compatibility-with-aws-services
 */
function keyProblems(stack: Stack): string[] {
  const keyed = [...ofType(stack, "aws:sns/topic:Topic"), ...ofType(stack, "aws:sqs/queue:Queue")].filter(
    ({ inputs }) => inputs["kmsMasterKeyId"] !== undefined,
  );
  return keyed.flatMap(({ name, inputs }) => {
    const id = text(inputs["kmsMasterKeyId"]);
    if (id.startsWith("alias/aws/")) return [`${name}: AWS services can't use ${id}`];
    const key = ofType(stack, "aws:kms/key:Key").find(
      ({ outputs }) => outputs["arn"] === id || outputs["keyId"] === id,
    );
    return key !== undefined && text(key.inputs["policy"]).includes("kms:GenerateDataKey")
      ? []
      : [`${name}: the policy of its key lets no service use it`];
  });
}

/** Names that AWS limits, as the stack's naming makes them. */
const names: Readonly<Record<string, RegExp>> = {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  "aws:s3/bucket:Bucket": /^(?!xn--|sthree-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  "aws:iam/role:Role": /^[\w+=,.@-]{1,64}$/,
  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
  "aws:lambda/function:Function": /^[\w-]{1,64}$/,
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
  "aws:sqs/queue:Queue": /^[\w-]{1,80}$/,
  // https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
  "aws:sns/topic:Topic": /^[\w-]{1,256}$/,
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
  "aws:cloudwatch/eventRule:EventRule": /^[.\w-]{1,64}$/,
  // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
  "aws:cloudwatch/logGroup:LogGroup": /^[.\w/#-]{1,512}$/,
};

function nameProblems(stack: Stack): string[] {
  return stack.resources.flatMap(({ type, name, inputs, outputs }) => {
    const given = text(inputs["bucket"]) || text(inputs["name"]);
    const made = text(outputs["bucket"]) || text(outputs["name"]);
    const onAws =
      given !== ""
        ? given
        : stack.naming === undefined
          ? made
          : stack.naming.replace("${name}", name).replace(/\$\{hex\(7\)\}/, "0123456");
    return names[type]?.test(onAws) === false ? [`${type} ${name}: "${onAws}" is no name for it`] : [];
  });
}
