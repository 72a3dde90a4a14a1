import type { Resource, Stack } from "./stacks.ts";
import { text } from "./read.ts";

/** The stack's resources of one type. */
export function ofType(stack: Stack, type: string): Resource[] {
  return [...stack.resources, ...stack.templated].filter((resource) => resource.type === type);
}

/** The resource of a type whose output has this value, e.g. the function of an ARN. */
export function byOutput(stack: Stack, type: string, output: string, value: unknown): Resource | undefined {
  return ofType(stack, type).find(({ outputs }) => outputs[output] === value);
}

/** The resources that have this ARN. */
export function byArn(stack: Stack, arn: unknown): Resource | undefined {
  return [...stack.resources, ...stack.templated].find(({ outputs }) => outputs["arn"] === arn && text(arn) !== "");
}

/**
 * The stack with one resource's inputs changed, for a rule to find. Throws where there is no such resource, so that no
 * example goes stale.
 */
export function changed(stack: Stack, type: string, name: string, inputs: Record<string, unknown>): Stack {
  const isMeant = (resource: Resource): boolean => resource.type === type && resource.name === name;
  const change = (resource: Resource): Resource =>
    isMeant(resource) ? { ...resource, inputs: { ...resource.inputs, ...inputs } } : resource;
  if (!ofType(stack, type).some(isMeant)) throw new Error(`${stack.name} has no ${type} "${name}".`);
  return { ...stack, resources: stack.resources.map(change), templated: stack.templated.map(change) };
}

/** The stack without one resource. */
export function without(stack: Stack, type: string, name: string): Stack {
  const resources = stack.resources.filter((resource) => resource.type !== type || resource.name !== name);
  if (resources.length === stack.resources.length) throw new Error(`${stack.name} has no ${type} "${name}".`);
  return { ...stack, resources };
}
