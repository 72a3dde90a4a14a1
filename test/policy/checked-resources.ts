import type { CheckedResource } from "../../policy/rule.ts";
import type { Stack } from "../aws/support/stacks.ts";

/** Resources as a policy pack sees them after an update: inputs and outputs together. */
export function checkedResources({ resources }: Stack): CheckedResource[] {
  return resources.map(({ urn, type, name, inputs, outputs }) => ({
    urn,
    type,
    name,
    props: { ...inputs, ...outputs },
  }));
}
