import { physicalName } from "../../../engine/physical-name.ts";
import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import type { Cloud } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import { flag, maybeText } from "../../support/inputs.ts";
import type { Bus } from "../bus.ts";
import { parseEventPattern } from "../pattern.ts";
import type { Target } from "../rules.ts";
import { parseSchedule } from "../schedule.ts";

/** `aws.cloudwatch.EventRule` on the default bus. */
export function eventRuleProvider(cloud: Cloud, bus: Bus): ResourceProvider {
  return {
    type: "aws:cloudwatch/eventRule:EventRule",
    honoured: ["eventBusName", "eventPattern", "isEnabled", "name", "scheduleExpression", "state"],
    ignored: ["description", "forceDestroy", "region", "tags"],
    replaceOnChanges: ["name", "eventBusName"],
    async apply({ name: logicalName, inputs, prior }) {
      onDefaultBus(inputs);
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
      const state = maybeText(inputs, "state");
      const arn = `arn:aws:events:${cloud.region}:${cloud.accountId}:rule/${name}`;
      bus.rules.set(name, {
        name,
        arn,
        enabled: state === undefined ? flag(inputs, "isEnabled", true) : state !== "DISABLED",
        pattern: pattern === undefined ? undefined : parseEventPattern(pattern),
        everyMs: expression === undefined ? undefined : parseSchedule(expression),
        targets: bus.rules.get(name)?.targets ?? new Map<string, Target>(),
      });
      return { id: name, outputs: { name, arn } };
    },
    async remove(state) {
      bus.rules.delete(state.id);
    },
  };
}

export function onDefaultBus(inputs: Properties): void {
  const busName = maybeText(inputs, "eventBusName") ?? "default";
  if (busName !== "default" && !busName.endsWith(":event-bus/default"))
    throw new AwsError("NotImplemented", `The local engine has the default event bus only, not ${busName}.`, 501);
}
