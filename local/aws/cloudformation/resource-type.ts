import type { Properties } from "../../engine/provider.ts";

/** A resource type of CloudFormation that a service of the local engine provides, e.g. `AWS::MediaLive::Channel`. */
export interface ResourceType {
  name: string;
  /** Properties whose changes replace the resource (`createOnlyProperties` of its schema). */
  createOnly: readonly string[];
  /**
   * Creates the resource, or with an `id` of an earlier run updates or restores it. Idempotent.
   * @returns its id, which `Ref` gives, and the attributes that `Fn::GetAtt` gives.
   */
  put(properties: Properties, id?: string): Promise<{ id: string; attributes: Record<string, string> }>;
  remove(id: string): Promise<void>;
}
