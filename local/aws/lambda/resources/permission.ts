import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import { physicalName } from "../../../engine/physical-name.ts";
import { maybeText, text } from "../../support/inputs.ts";
import { permissionStatement } from "../permissions.ts";
import type { Registry } from "../registry.ts";

/** `aws.lambda.Permission`: one statement of a function's resource policy. */
export function permissionProvider(registry: Registry): ResourceProvider {
  return {
    type: "aws:lambda/permission:Permission",
    honoured: ["action", "function", "principal", "sourceAccount", "sourceArn", "statementId"],
    ignored: ["region"],
    replaceOnChanges: ["action", "function", "principal", "sourceAccount", "sourceArn", "statementId"],
    async apply({ name, inputs, prior }) {
      const sid = physicalName(
        inputs["statementId"],
        name,
        prior && { id: prior.id, outputs: { name: prior.outputs["statementId"] } },
      );
      const fn = registry.get(text(inputs, "function"));
      const sourceArn = maybeText(inputs, "sourceArn");
      const sourceAccount = maybeText(inputs, "sourceAccount");
      fn.permissions.set(
        sid,
        permissionStatement({
          sid,
          action: text(inputs, "action"),
          principal: text(inputs, "principal"),
          functionArn: fn.configuration.arn,
          ...(sourceArn === undefined ? {} : { sourceArn }),
          ...(sourceAccount === undefined ? {} : { sourceAccount }),
        }),
      );
      return { id: sid, outputs: { statementId: sid } };
    },
    async remove(state, inputs: Properties) {
      registry.find(text(inputs, "function"))?.permissions.delete(state.id);
    },
  };
}
