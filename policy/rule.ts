/** A resource as a rule sees it: only inputs before it is created, inputs and outputs once the whole stack is known. */
export interface CheckedResource {
  urn: string;
  /** Pulumi type token. */
  type: string;
  name: string;
  props: Readonly<Record<string, unknown>>;
}

/** A problem with a resource, in one sentence that says what to do. */
export interface Violation {
  urn: string;
  message: string;
}

/** One rule of the pack. Pure: the same resources give the same violations. */
export interface Rule {
  /** Unique in the pack; users disable or downgrade the rule by it. */
  name: string;
  description: string;
  /** Whether a violation stops a deployment. */
  level: "mandatory" | "advisory";
  /** Judges a single resource before it is created. Returns its problems. */
  judge?: (resource: CheckedResource) => readonly string[];
  /** Judges resources together (a bucket and its policy), once their values are known. */
  relate?: (resources: readonly CheckedResource[]) => readonly Violation[];
}

/** All of a rule's violations in a stack. */
export function violations({ judge, relate }: Rule, resources: readonly CheckedResource[]): Violation[] {
  const alone =
    judge === undefined
      ? []
      : resources.flatMap((resource) => judge(resource).map((message) => ({ urn: resource.urn, message })));
  return [...alone, ...(relate?.(resources) ?? [])];
}

/** The resources of a type. */
export function ofType(resources: readonly CheckedResource[], type: string): CheckedResource[] {
  return resources.filter((resource) => resource.type === type);
}
