import { physicalName } from "../../../engine/physical-name.ts";
import type { ResourceProvider } from "../../../engine/provider.ts";
import type { Cloud } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import type { Bus } from "../bus.ts";

/**
 * `aws.cloudwatch.EventBus`: a bus for a program's own events.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
 */
export function eventBusProvider(cloud: Cloud, bus: Bus): ResourceProvider {
  return {
    type: "aws:cloudwatch/eventBus:EventBus",
    honoured: ["name"],
    ignored: ["description", "region", "tags"],
    replaceOnChanges: ["name"],
    async apply({ name: logicalName, inputs, prior }) {
      const name = physicalName(inputs["name"], logicalName, prior);
      if (!/^[\w.-]{1,256}$/.test(name) || name === "default")
        throw new AwsError(
          "ValidationException",
          `The event bus name ${name} must be 1 to 256 letters, digits, dots, hyphens or underscores, and not ` +
            '"default".',
        );
      bus.names.add(name);
      return {
        id: name,
        outputs: { name, arn: `arn:aws:events:${cloud.region}:${cloud.accountId}:event-bus/${name}` },
      };
    },
    async remove(state) {
      bus.names.delete(state.id);
    },
  };
}
