import { parsePolicy, type Statement } from "../../../local/aws/iam/policy.ts";
import { byArn, byOutput, ofType } from "../support/lookup.ts";
import { list, pick, text } from "../support/read.ts";
import type { Resource, Stack } from "../support/stacks.ts";
import { trustProblems } from "./trust-rules.ts";

/**
 * Who outside may reach the stack's resources: exactly the sources that the stack has, and each source what it needs.
 */
export function sourceProblems(stack: Stack): string[] {
  return [
    ...permissionProblems(stack),
    ...triggerProblems(stack),
    ...bucketPolicyProblems(stack),
    ...publisherProblems(stack),
    ...trustProblems(stack),
    ...patternProblems(stack),
  ];
}

/** Who invokes functions, with the type of resource in whose name it does. */
const invokers: Readonly<Record<string, string>> = {
  "s3.amazonaws.com": "aws:s3/bucket:Bucket",
  "sns.amazonaws.com": "aws:sns/topic:Topic",
  "events.amazonaws.com": "aws:cloudwatch/eventRule:EventRule",
  "apigateway.amazonaws.com": "aws:apigatewayv2/api:Api",
};

/**
 * A permission names one service and one source of this stack. A bucket's ARN names no account, so S3's names it apart.
 * https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
 */
function permissionProblems(stack: Stack): string[] {
  return ofType(stack, "aws:lambda/permission:Permission").flatMap(({ name, inputs }) => {
    const arn = text(inputs["sourceArn"]);
    const type = invokers[text(inputs["principal"])];
    const source =
      inputs["principal"] === "apigateway.amazonaws.com"
        ? ofType(stack, type ?? "").find(({ outputs }) => arn.startsWith(`${text(outputs["executionArn"])}/`))
        : byArn(stack, arn);
    return [
      ...(type !== undefined && source?.type === type
        ? []
        : [`permission ${name}: "${arn}" is no source of this stack for ${text(inputs["principal"])}`]),
      ...(inputs["principal"] !== "s3.amazonaws.com" || /^\d{12}$/.test(text(inputs["sourceAccount"]))
        ? []
        : [`permission ${name}: a bucket of that name in any account may invoke the function`]),
      ...(arn.includes("*") ? [`permission ${name}: "${arn}" is more than one source`] : []),
      ...(byOutput(stack, "aws:lambda/function:Function", "name", inputs["function"]) === undefined
        ? [`permission ${name}: is for no function of this stack`]
        : []),
    ];
  });
}

/**
 * Whatever hands events to a function or a queue may do so. A queue lets a rule send by a policy of its own:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions
 */
function triggerProblems(stack: Stack): string[] {
  const allowed = ofType(stack, "aws:lambda/permission:Permission").map(({ inputs }) => ({
    source: text(inputs["sourceArn"]),
    name: text(inputs["function"]),
  }));
  const may = (source: string, functionArn: unknown): boolean => {
    const name = byArn(stack, functionArn)?.outputs["name"];
    return allowed.some((permission) => permission.source === source && permission.name === name);
  };
  const maySend = (source: string, queueArn: unknown): boolean =>
    ofType(stack, "aws:sqs/queuePolicy:QueuePolicy").some(({ inputs }) =>
      parsePolicy(text(inputs["policy"])).some(
        ({ actions, resources, conditions }) =>
          actions.includes("sqs:SendMessage") &&
          resources.includes(text(queueArn)) &&
          conditions.some(({ key, values }) => key === "aws:sourcearn" && values.includes(source)),
      ),
    );
  const without = (what: string, { name }: Resource): string => `${what} ${name}: may not invoke its function`;
  return [
    ...ofType(stack, "aws:s3/bucketNotification:BucketNotification")
      .filter(
        ({ inputs }) =>
          !list(inputs["lambdaFunctions"]).every((target) =>
            may(`arn:aws:s3:::${text(inputs["bucket"])}`, pick(target, "lambdaFunctionArn")),
          ),
      )
      .map((resource) => without("notification", resource)),
    ...ofType(stack, "aws:cloudwatch/eventTarget:EventTarget").flatMap((target) => {
      const { rule, arn } = target.inputs;
      const source = text(byOutput(stack, "aws:cloudwatch/eventRule:EventRule", "name", rule)?.outputs["arn"]);
      switch (byArn(stack, arn)?.type) {
        case "aws:lambda/function:Function":
          return may(source, arn) ? [] : [without("rule", target)];
        case "aws:sqs/queue:Queue":
          return maySend(source, arn) ? [] : [`rule ${target.name}: may not send to its queue`];
        default:
          return [`rule ${target.name}: its target is not of this stack`];
      }
    }),
    ...ofType(stack, "aws:sns/topicSubscription:TopicSubscription")
      .filter(({ inputs }) => inputs["protocol"] === "lambda" && !may(text(inputs["topic"]), inputs["endpoint"]))
      .map((resource) => without("subscription", resource)),
  ];
}

/**
 * Every bucket is reached by TLS only; services that read it do so for one resource of this stack.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
function bucketPolicyProblems(stack: Stack): string[] {
  const policies = ofType(stack, "aws:s3/bucketPolicy:BucketPolicy");
  return [
    ...ofType(stack, "aws:s3/bucket:Bucket")
      .filter(({ outputs }) => policies.filter(({ inputs }) => inputs["bucket"] === outputs["bucket"]).length !== 1)
      .map(({ name }) => `bucket ${name}: needs exactly one policy`),
    ...policies.flatMap(({ name, inputs }) => {
      const statements = parsePolicy(text(inputs["policy"]));
      const tls = statements.some(
        ({ effect, principal, actions, resources, conditions }) =>
          effect === "Deny" &&
          principal === "*" &&
          actions.includes("s3:*") &&
          resources.length === 2 &&
          conditions.some(
            ({ operator, key, values }) =>
              operator === "Bool" && key === "aws:securetransport" && values.join() === "false",
          ),
      );
      return [
        ...(tls ? [] : [`bucket policy ${name}: lets requests without TLS in`]),
        ...statements
          .filter(({ effect }) => effect === "Allow")
          .flatMap((statement) =>
            limitProblems(stack, statement).map((problem) => `bucket policy ${name}: ${problem}`),
          ),
      ];
    }),
  ];
}

/**
 * Topics' and queues' policies: only services, and each for this account's resources.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
function publisherProblems(stack: Stack): string[] {
  return [
    ...ofType(stack, "aws:sns/topicPolicy:TopicPolicy"),
    ...ofType(stack, "aws:sqs/queuePolicy:QueuePolicy"),
  ].flatMap(({ name, inputs }) =>
    parsePolicy(text(inputs["policy"]))
      .filter(({ effect }) => effect === "Allow")
      .flatMap((statement) => limitProblems(stack, statement).map((problem) => `policy ${name}: ${problem}`)),
  );
}

/**
 * A service that is let in is named, and limited to a source: a resource of this stack, or resources of this account.
 */
function limitProblems(stack: Stack, { principal, conditions, actions }: Statement): string[] {
  if (
    principal === undefined ||
    principal === "*" ||
    Object.keys(principal).join() !== "Service" ||
    principal["Service"]?.length !== 1
  )
    return [`lets ${JSON.stringify(principal)} do ${actions.join(", ")}`];
  const valuesOf = (key: string): readonly string[] =>
    conditions
      .filter((condition) => condition.key === key && !condition.ifExists && !condition.operator.includes("Not"))
      .flatMap(({ values }) => values);
  const arns = valuesOf("aws:sourcearn");
  const account = valuesOf("aws:sourceaccount").some((id) => /^\d{12}$/.test(id));
  const own =
    arns.length > 0 &&
    arns.every(
      (arn) => byArn(stack, arn) !== undefined || (account && /^arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d{12}:/.test(arn)),
    );
  return own ? [] : [`lets ${principal["Service"].join()} in for sources that are not of this stack or account`];
}

/**
 * A rule hears of this stack's own jobs and channels only, or listens to the stack's own bus, and has at most 2048
 * characters of pattern:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
function patternProblems(stack: Stack): string[] {
  return ofType(stack, "aws:cloudwatch/eventRule:EventRule").flatMap(({ name, inputs, outputs }) => {
    const targets = ofType(stack, "aws:cloudwatch/eventTarget:EventTarget").filter(
      (target) => target.inputs["rule"] === outputs["name"],
    );
    const count =
      targets.length >= 1 && targets.length <= 5 ? [] : [`rule ${name}: has ${targets.length} targets, not 1 to 5`];
    if (inputs["eventPattern"] === undefined) return count;
    const pattern = text(inputs["eventPattern"]);
    const detail = pick(JSON.parse(pattern), "detail");
    const arns = [...list(pick(detail, "queue")), ...list(pick(detail, "channel_arn"))];
    // On a bus of the stack's own, only the stack puts events.
    const isOwnBus = byOutput(stack, "aws:cloudwatch/eventBus:EventBus", "name", inputs["eventBusName"]) !== undefined;
    return [
      ...count,
      ...(pattern.length <= 2048 ? [] : [`rule ${name}: its pattern has ${pattern.length} characters`]),
      ...(isOwnBus || (arns.length > 0 && arns.every((arn) => byArn(stack, arn) !== undefined))
        ? []
        : [`rule ${name}: hears of what is not of this stack`]),
    ];
  });
}
