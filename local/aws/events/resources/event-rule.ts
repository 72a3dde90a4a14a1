import { physicalName } from "../../../engine/physical-name.ts";
import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import type { Cloud } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import { flag, maybeText } from "../../support/inputs.ts";
import type { Bus } from "../bus.ts";
import { parseEventPattern } from "../pattern.ts";
import { busName, defaultBus, ruleKey, type Target } from "../rules.ts";
import { parseSchedule } from "../schedule.ts";

/** `aws.cloudwatch.EventRule`. */
export function eventRuleProvider(cloud: Cloud, bus: Bus): ResourceProvider {
  return {
    type: "aws:cloudwatch/eventRule:EventRule",
    honoured: ["eventBusName", "eventPattern", "isEnabled", "name", "scheduleExpression", "state"],
    ignored: ["description", "forceDestroy", "region", "tags"],
    replaceOnChanges: ["name", "eventBusName"],
    async apply({ name: logicalName, inputs, prior }) {
      const on = busOf(bus, inputs);
      const name = physicalName(inputs["name"], logicalName, prior);
      if (!/^[\w.-]{1,64}$/.test(name))
        throw new AwsError(
          "ValidationException",
          `The rule name ${name} must be 1 to 64 letters, digits, dots, hyphens or underscores.`,
        );
      const pattern = maybeText(inputs, "eventPattern");
      const expression = maybeText(inputs, "scheduleExpression");
      if (pattern === undefined && expression === undefined)
        throw new AwsError("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.");
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
      if (expression !== undefined && on !== defaultBus)
        throw new AwsError("ValidationException", "ScheduleExpression is supported only on the default event bus.");
      const state = maybeText(inputs, "state");
      const key = ruleKey(on, name);
      const arn = `arn:aws:events:${cloud.region}:${cloud.accountId}:rule/${key}`;
      bus.rules.set(key, {
        name,
        bus: on,
        arn,
        enabled: state === undefined ? flag(inputs, "isEnabled", true) : state !== "DISABLED",
        pattern: pattern === undefined ? undefined : parseEventPattern(pattern),
        everyMs: expression === undefined ? undefined : parseSchedule(expression),
        targets: bus.rules.get(key)?.targets ?? new Map<string, Target>(),
      });
      return { id: name, outputs: { name, arn } };
    },
    async remove(state, inputs) {
      bus.rules.delete(ruleKey(busName(maybeText(inputs, "eventBusName")), state.id));
    },
  };
}

/** The name of the bus that the inputs name. Throws ResourceNotFoundException if there is none. */
export function busOf(bus: Bus, inputs: Properties): string {
  const name = busName(maybeText(inputs, "eventBusName"));
  if (!bus.names.has(name)) throw new AwsError("ResourceNotFoundException", `Event bus ${name} does not exist.`);
  return name;
}
