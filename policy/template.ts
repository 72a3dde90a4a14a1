import { at, text } from "./values.ts";

/** A resource of a CloudFormation stack. */
export interface TemplateResource {
  /** CloudFormation's name of the type, e.g. `AWS::MediaLive::Input`. */
  type: string;
  properties: unknown;
}

/** The resources that a CloudFormation stack's template declares; none while it is not known. */
export function templateResources(props: Readonly<Record<string, unknown>>): TemplateResource[] {
  const body = text(props["templateBody"]);
  const declared = body === "" ? undefined : at(JSON.parse(body), "Resources");
  return Object.values(Object(declared) as object).map((resource: unknown) => ({
    type: text(at(resource, "Type")),
    properties: at(resource, "Properties"),
  }));
}
