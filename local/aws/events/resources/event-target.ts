import { randomBytes } from "node:crypto";
import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import { AwsError } from "../../errors.ts";
import { block, maybeText, text, whole } from "../../support/inputs.ts";
import type { Bus } from "../bus.ts";
import { busName, ruleKey, type Rule } from "../rules.ts";
import { busOf } from "./event-rule.ts";

/** `aws.cloudwatch.EventTarget`: a function, queue or topic to which a rule sends its events unchanged. */
export function eventTargetProvider(bus: Bus): ResourceProvider {
  return {
    type: "aws:cloudwatch/eventTarget:EventTarget",
    honoured: ["arn", "deadLetterConfig", "eventBusName", "retryPolicy", "rule", "targetId"],
    ignored: ["forceDestroy", "region"],
    replaceOnChanges: ["rule", "eventBusName", "targetId"],
    async apply({ inputs, prior }) {
      const rule = ruleOf(bus, inputs);
      const arn = text(inputs, "arn");
      if (!/^arn:aws:(lambda|sqs|sns):/.test(arn))
        throw new AwsError(
          "NotImplemented",
          `The local engine sends events to functions, queues and topics only, not to ${arn}.`,
          501,
        );
      const before = prior?.outputs["targetId"];
      const id =
        maybeText(inputs, "targetId") ??
        (typeof before === "string" ? before : `spotlight-${randomBytes(8).toString("hex")}`);
      if (!/^[\w.-]{1,64}$/.test(id))
        throw new AwsError(
          "ValidationException",
          `The target id ${id} must be 1 to 64 letters, digits, dots, hyphens or underscores.`,
        );
      const retry = block(inputs, "retryPolicy", ["maximumEventAgeInSeconds", "maximumRetryAttempts"]) ?? {};
      rule.targets.set(id, {
        id,
        arn,
        deadLetterArn: deadLetterArn(inputs),
        maximumRetryAttempts: whole(retry, "maximumRetryAttempts", { fallback: 185, min: 0, max: 185 }),
        maximumEventAgeSeconds: whole(retry, "maximumEventAgeInSeconds", { fallback: 86_400, min: 60, max: 86_400 }),
      });
      return { id: `${rule.name}-${id}`, outputs: { targetId: id } };
    },
    async remove(state, inputs) {
      const key = ruleKey(busName(maybeText(inputs, "eventBusName")), text(inputs, "rule"));
      bus.rules.get(key)?.targets.delete(String(state.outputs["targetId"]));
    },
  };
}

function ruleOf(bus: Bus, inputs: Properties): Rule {
  const name = text(inputs, "rule");
  const on = busOf(bus, inputs);
  const rule = bus.rules.get(ruleKey(on, name));
  if (rule === undefined)
    throw new AwsError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus ${on}.`);
  return rule;
}

function deadLetterArn(inputs: Properties): string | undefined {
  const given = block(inputs, "deadLetterConfig", ["arn"]);
  return given === undefined ? undefined : text(given, "arn");
}
