import { resolve } from "../../../local/aws/cloudformation/intrinsics.ts";
import { readTemplate } from "../../../local/aws/cloudformation/template.ts";
import { pick } from "./read.ts";
import type { Resource } from "./stacks.ts";

/**
 * The resources of a CloudFormation stack, named `STACK.LOGICAL-ID`, by which they also refer to each other; none for
 * another resource.
 */
export function templated({ type, name, urn, inputs, outputs }: Resource): Resource[] {
  if (type !== "aws:cloudformation/stack:Stack") return [];
  const idOf = (logicalId: string): string => `${name}.${logicalId}`;
  const scope = {
    ref: idOf,
    attribute: (logicalId: string, attribute: string) => `${idOf(logicalId)}.${attribute}`,
    secret: () => "secret",
  };
  const template = readTemplate(String(inputs["templateBody"]));
  /** Where the stack outputs a resource's ARN. */
  const arnOf = (logicalId: string): unknown => {
    const arns = Object.entries(template.outputs).find(
      ([, value]) => resolve(value, scope) === `${idOf(logicalId)}.Arn`,
    );
    return arns && pick(outputs["outputs"], arns[0]);
  };
  return template.resources.map((resource) => ({
    urn: `${urn}.${resource.logicalId}`,
    id: idOf(resource.logicalId),
    type: resource.type,
    name: idOf(resource.logicalId),
    inputs: resolve(resource.properties, scope) as Resource["inputs"],
    outputs: { arn: arnOf(resource.logicalId) },
  }));
}
