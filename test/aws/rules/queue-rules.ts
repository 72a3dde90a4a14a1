import { byArn, ofType } from "../support/lookup.ts";
import { pick, text, texts } from "../support/read.ts";
import type { Resource, Stack } from "../support/stacks.ts";

const queueType = "aws:sqs/queue:Queue";

/** What SQS refuses of queues, and what loses or doubles work. */
export function queueProblems(stack: Stack): string[] {
  return [
    ...ofType(stack, queueType).flatMap((queue) =>
      [...limitProblems(queue), ...redriveProblems(stack, queue)].map((problem) => `queue ${queue.name}: ${problem}`),
    ),
    ...mappings(stack, false).flatMap((mapping) =>
      consumerProblems(stack, mapping).map((problem) => `mapping ${mapping.name}: ${problem}`),
    ),
  ];
}

/** The stack's event source mappings from streams, or those from anything else. */
export function mappings(stack: Stack, fromStreams: boolean): Resource[] {
  return ofType(stack, "aws:lambda/eventSourceMapping:EventSourceMapping").filter(
    ({ inputs }) => /^arn:aws:dynamodb:.*\/stream\//.test(text(inputs["eventSourceArn"])) === fromStreams,
  );
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
function limitProblems({ inputs, outputs }: Resource): string[] {
  const within = (key: string, least: number, most: number): string[] => {
    const value = inputs[key];
    return value === undefined || (typeof value === "number" && value >= least && value <= most)
      ? []
      : [`${key} is ${JSON.stringify(value)}, not ${least} to ${most}`];
  };
  return [
    ...within("visibilityTimeoutSeconds", 0, 43_200),
    ...within("messageRetentionSeconds", 60, 1_209_600),
    ...within("receiveWaitTimeSeconds", 0, 20),
    ...within("delaySeconds", 0, 900),
    ...(/^[\w-]{1,80}(\.fifo)?$/.test(text(outputs["name"])) ? [] : [`"${text(outputs["name"])}" is no queue name`]),
  ];
}

/**
 * A dead-letter queue is a queue of the stack and keeps messages longer: their age counts from when they were first
 * sent.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
function redriveProblems(stack: Stack, { inputs }: Resource): string[] {
  const redrive = inputs["redrivePolicy"];
  if (redrive === undefined) return [];
  const policy: unknown = JSON.parse(text(redrive));
  const deadLetters = byArn(stack, pick(policy, "deadLetterTargetArn"));
  const tries = Number(pick(policy, "maxReceiveCount"));
  if (deadLetters?.type !== queueType) return ["its dead-letter queue is not of this stack"];
  return [
    ...(tries >= 1 && tries <= 1000 ? [] : [`maxReceiveCount is ${tries}, not 1 to 1000`]),
    ...(Number(deadLetters.inputs["messageRetentionSeconds"] ?? 345_600) >
    Number(inputs["messageRetentionSeconds"] ?? 345_600)
      ? []
      : ["its dead-letter queue keeps messages no longer than it does"]),
  ];
}

/**
 * A message stays hidden six times as long as its consumer may take, five tries at least go before it is given up, and
 * only what failed of a batch comes again.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
function consumerProblems(stack: Stack, { inputs }: Resource): string[] {
  const queue = byArn(stack, inputs["eventSourceArn"]);
  const consumer = byArn(stack, inputs["functionName"]);
  if (queue?.type !== queueType || consumer === undefined) return ["its queue or function is not of this stack"];
  const timeout = Number(consumer.inputs["timeout"] ?? 3);
  const hidden = Number(queue.inputs["visibilityTimeoutSeconds"] ?? 30);
  const batch = Number(inputs["batchSize"] ?? 10);
  const redrive: unknown =
    queue.inputs["redrivePolicy"] === undefined ? undefined : JSON.parse(text(queue.inputs["redrivePolicy"]));
  return [
    ...(hidden >= 6 * timeout
      ? []
      : [`messages are hidden ${hidden} s, less than six times the consumer's ${timeout} s`]),
    ...(batch >= 1 && batch <= (inputs["maximumBatchingWindowInSeconds"] === undefined ? 10 : 10_000)
      ? []
      : [`a batch of ${batch} needs a batching window`]),
    ...(texts(inputs["functionResponseTypes"]).includes("ReportBatchItemFailures")
      ? []
      : ["one failed message brings its whole batch again"]),
    ...(Number(pick(redrive, "maxReceiveCount") ?? 0) >= 5 ? [] : ["its queue gives messages up before five tries"]),
  ];
}
