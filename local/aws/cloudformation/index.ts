import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Properties, ResourceProvider } from "../../engine/provider.ts";
import { physicalName } from "../../engine/physical-name.ts";
import { openDatabase } from "../../database.ts";
import type { Cloud, ServiceModule } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { text } from "../support/inputs.ts";
import type { ResourceType } from "./resource-type.ts";
import { deleteStack, putStack } from "./stack.ts";
import { stackSchema, StackStore } from "./stack-store.ts";
import { readTemplate } from "./template.ts";

/**
 * AWS CloudFormation on this machine: the stacks that the program declares, of the resource types that services offer.
 * @param options.secret The value of a secret of Secrets Manager.
 */
export function createCloudFormation(
  cloud: Pick<Cloud, "region" | "accountId" | "dataFolder">,
  options: { types: readonly ResourceType[]; secret: (arn: string, versionId?: string) => string },
): ServiceModule {
  const database = openDatabase(join(cloud.dataFolder, "cloudformation", "stacks.db"), stackSchema);
  const store = new StackStore(database);
  const types = new Map(options.types.map((type) => [type.name, type]));
  const context = { ...options, types, store, region: cloud.region, accountId: cloud.accountId };

  const stack: ResourceProvider = {
    type: "aws:cloudformation/stack:Stack",
    honoured: ["name", "templateBody"],
    ignored: ["tags"],
    replaceOnChanges: ["name"],
    async apply({ name: logicalName, inputs, prior }) {
      const name = physicalName(inputs["name"], logicalName, prior);
      const id = prior?.id ?? `arn:aws:cloudformation:${cloud.region}:${cloud.accountId}:stack/${name}/${randomUUID()}`;
      const template = readTemplate(text(inputs, "templateBody"));
      for (const { logicalId, type } of template.resources)
        if (!types.has(type))
          throw new AwsError(
            "ValidationError",
            `Template error: ${logicalId} is of the type ${type}, which the local engine does not support.`,
          );
      const outputs: Properties = await putStack(context, { id, name }, template);
      return { id, outputs: { name, outputs } };
    },
    async remove({ id }) {
      await deleteStack(context, id);
    },
  };
  return {
    resources: [stack],
    stop: async () => database.close(),
  };
}
