/** A resource as a rule sees it: its inputs before it is made, its inputs and outputs once all are. */
export interface CheckedResource {
  urn: string;
  /** Pulumi type token. */
  type: string;
  name: string;
  props: Readonly<Record<string, unknown>>;
}

/** What is wrong, in one sentence that says what to do, and with which resource. */
export interface Violation {
  urn: string;
  message: string;
}

/** One rule of the pack. Pure: the same resources give the same violations. */
export interface Rule {
  /** Unique in the pack; how a user switches it off or down. */
  name: string;
  description: string;
  /** Whether a violation stops a deployment. */
  level: "mandatory" | "advisory";
  /** Judges a resource alone, before it is made. Answers its problems. */
  judge?: (resource: CheckedResource) => readonly string[];
  /** Judges resources by one another (a bucket by its policy), once their values are known. */
  relate?: (resources: readonly CheckedResource[]) => readonly Violation[];
}

/** Everything that a rule finds in a stack. */
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
