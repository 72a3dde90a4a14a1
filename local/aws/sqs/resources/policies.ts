import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import { AwsError } from "../../errors.ts";
import { maybeText, properties, text } from "../../support/inputs.ts";
import type { QueueCore } from "../core.ts";
import type { Queue, RedrivePolicy } from "../queues.ts";

/** `aws.sqs.QueuePolicy`: who may use the queue, in addition to roles whose own policies allow it. */
export function queuePolicyProvider(core: QueueCore): ResourceProvider {
  return attached(core, "aws:sqs/queuePolicy:QueuePolicy", "policy", (_queue, inputs) => ({
    policy: inputs === undefined ? undefined : checkedPolicy(inputs, "policy"),
  }));
}

/** `aws.sqs.RedrivePolicy`: the dead-letter queue, as a separate resource. */
export function redrivePolicyProvider(core: QueueCore): ResourceProvider {
  return attached(core, "aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy", (queue, inputs) => ({
    redrivePolicy:
      inputs === undefined ? undefined : checkedRedrivePolicy(core, queue.arn, text(inputs, "redrivePolicy")),
  }));
}

/** `aws.sqs.RedriveAllowPolicy`: which queues may name this one as their dead-letter queue. */
export function redriveAllowPolicyProvider(core: QueueCore): ResourceProvider {
  return attached(core, "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "redriveAllowPolicy", (_queue, inputs) => ({
    redriveAllowPolicy: inputs === undefined ? undefined : checkedPolicy(inputs, "redriveAllowPolicy"),
  }));
}

/** A resource that sets one attribute of a queue; without inputs the attribute is removed. */
function attached(
  core: QueueCore,
  type: string,
  attribute: string,
  change: (queue: Queue, inputs: Properties | undefined) => Partial<Queue>,
): ResourceProvider {
  return {
    type,
    honoured: ["queueUrl", attribute],
    ignored: ["region"],
    replaceOnChanges: ["queueUrl"],
    async apply({ inputs }) {
      const queue = core.table.byUrl(text(inputs, "queueUrl"));
      core.table.put({ ...queue, ...change(queue, inputs) });
      return { id: core.url(queue), outputs: {} };
    },
    async remove(state) {
      // A queue's URL is another in each run of the engine. What an earlier run attached is not there any more, and the
      // same queue may have it again by now.
      const queue = core.table.all().find((candidate) => state.id === core.url(candidate));
      if (queue !== undefined) core.table.put({ ...queue, ...change(queue, undefined) });
    },
  };
}

/** An optional input that must be a JSON object. */
export function checkedPolicy(inputs: Properties, name: string): string | undefined {
  const policy = maybeText(inputs, name);
  if (policy === undefined || policy === "") return undefined;
  parseObject(policy, name);
  return policy;
}

/** Reads a redrive policy; the dead-letter queue must exist and allow it. */
export function checkedRedrivePolicy(
  core: QueueCore,
  sourceArn: string,
  json: string | undefined,
): RedrivePolicy | undefined {
  if (json === undefined || json === "") return undefined;
  const given = parseObject(json, "redrivePolicy");
  const deadLetterTargetArn = text(given, "deadLetterTargetArn");
  const maxReceiveCount = Number(given["maxReceiveCount"]);
  const invalid = (reason: string): AwsError =>
    new AwsError("InvalidParameterValue", `Value ${json} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > 1000)
    throw invalid("Invalid value for maxReceiveCount: must be between 1 and 1000.");
  const target = core.table.find(deadLetterTargetArn);
  if (target === undefined) throw invalid("Dead letter target does not exist.");
  const allow =
    target.redriveAllowPolicy === undefined ? {} : parseObject(target.redriveAllowPolicy, "redriveAllowPolicy");
  const sources: unknown = allow["sourceQueueArns"];
  const denied =
    allow["redrivePermission"] === "denyAll" ||
    (allow["redrivePermission"] === "byQueue" && !(Array.isArray(sources) && sources.includes(sourceArn)));
  if (denied) throw invalid("The dead letter target's redrive allow policy does not permit this queue.");
  return { deadLetterTargetArn, maxReceiveCount };
}

function parseObject(json: string, name: string): Properties {
  let value: Properties | undefined;
  try {
    value = properties(JSON.parse(json));
  } catch {
    value = undefined;
  }
  if (value === undefined) throw new AwsError("InvalidAttributeValue", `The input ${name} must be a JSON object.`);
  return value;
}
