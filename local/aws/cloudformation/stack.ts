import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../../engine/provider.ts";
import { AwsError } from "../errors.ts";
import { properties as object } from "../support/inputs.ts";
import { resolve, type Scope } from "./intrinsics.ts";
import type { ResourceType } from "./resource-type.ts";
import type { StackResource, StackStore } from "./stack-store.ts";
import { invalid, type Template, type TemplateResource } from "./template.ts";

export interface StackContext {
  region: string;
  accountId: string;
  types: ReadonlyMap<string, ResourceType>;
  store: StackStore;
  secret(arn: string, versionId?: string): string;
}

type Made = Map<string, { id: string; attributes: Record<string, string> }>;

/**
 * Creates, updates or restores a stack as CloudFormation does: each resource after those that it refers to, a
 * replacement before what it replaces is removed, and what is no longer in the template last. If a resource fails, what
 * was done is undone, and the error names the resource.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 * @returns the stack's outputs.
 */
export async function putStack(
  context: StackContext,
  stack: { id: string; name: string },
  template: Template,
): Promise<Record<string, string>> {
  const { store, types } = context;
  const before = store.resources(stack.id);
  const made: Made = new Map();
  const scope = scopeOf(context, stack, made);
  const undo: (() => Promise<void>)[] = [];
  const obsolete: StackResource[] = before.filter(
    (old) => !template.resources.some(({ logicalId }) => logicalId === old.logicalId),
  );
  const put = async ({ type, properties }: TemplateResource, id?: string) =>
    types.get(type)!.put(object(resolve(properties, scope)) ?? {}, id);
  for (const resource of template.resources) {
    const { logicalId, type } = resource;
    const old = before.find((candidate) => candidate.logicalId === logicalId);
    const kept = old !== undefined && !isReplaced(old, resource, types.get(type)!) ? old : undefined;
    try {
      const result = await put(resource, kept?.id);
      undo.unshift(async () => {
        if (kept === undefined) await types.get(type)!.remove(result.id);
        else await put({ logicalId, type, properties: kept.properties }, kept.id);
      });
      made.set(logicalId, result);
    } catch (cause) {
      for (const step of undo) await step();
      const reason = cause instanceof Error ? cause.message : String(cause);
      const state = before.length === 0 ? "ROLLBACK_COMPLETE" : "UPDATE_ROLLBACK_COMPLETE";
      throw new AwsError(state, `The stack ${stack.name} is as it was before, because ${logicalId} failed: ${reason}`);
    }
    if (kept === undefined && old !== undefined) obsolete.push(old);
  }
  for (const { logicalId, type, properties } of template.resources)
    store.put(stack.id, { logicalId, type, properties, id: made.get(logicalId)!.id });
  for (const { logicalId, type, id } of obsolete.reverse()) {
    await types.get(type)?.remove(id);
    if (!made.has(logicalId)) store.remove(stack.id, logicalId);
  }
  return Object.fromEntries(
    Object.entries(template.outputs).map(([name, value]) => [name, String(resolve(value, scope))]),
  );
}

/** Removes a stack's resources, the newest first. */
export async function deleteStack({ store, types }: StackContext, id: string): Promise<void> {
  for (const resource of store.resources(id).reverse()) {
    await types.get(resource.type)?.remove(resource.id);
    store.remove(id, resource.logicalId);
  }
}

function isReplaced(old: StackResource, { type, properties }: TemplateResource, { createOnly }: ResourceType): boolean {
  return old.type !== type || createOnly.some((name) => !isDeepStrictEqual(old.properties[name], properties[name]));
}

function scopeOf(context: StackContext, stack: { id: string; name: string }, made: Made): Scope {
  const pseudo: Properties = {
    "AWS::AccountId": context.accountId,
    "AWS::Partition": "aws",
    "AWS::Region": context.region,
    "AWS::StackId": stack.id,
    "AWS::StackName": stack.name,
    "AWS::URLSuffix": "amazonaws.com",
  };
  return {
    ref(name) {
      const value = made.get(name)?.id ?? pseudo[name];
      if (typeof value !== "string") throw invalid(`the local engine does not know ${name}`);
      return value;
    },
    attribute(resource, name) {
      const value = made.get(resource)?.attributes[name];
      if (value === undefined) throw invalid(`${resource} does not support attribute ${name}`);
      return value;
    },
    secret: ({ id, versionId }) => context.secret(id, versionId),
  };
}
