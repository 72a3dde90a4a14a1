import { at, items, text } from "./values.ts";

/** One statement of an IAM policy document. Fields that may be a string or a list are always lists here. */
export interface Statement {
  allow: boolean;
  actions: string[];
  resources: string[];
  /** `*`, or services, accounts and roles. */
  principals: string[];
  /** Operator to key (in lower case) to values. */
  conditions: { operator: string; key: string; values: string[] }[];
  /** Whether it has NotAction, NotResource or NotPrincipal. */
  inverted: boolean;
}

/** The statements of a policy document, given as JSON text or as an object. */
export function statementsOf(policy: unknown): Statement[] {
  const document: unknown = typeof policy === "string" ? JSON.parse(policy) : policy;
  return items(at(document, "Statement")).map((statement) => ({
    allow: at(statement, "Effect") === "Allow",
    actions: items(at(statement, "Action")).map(text),
    resources: items(at(statement, "Resource")).map(text),
    principals: principalsOf(at(statement, "Principal")),
    conditions: Object.entries(Object(at(statement, "Condition")) as Record<string, object>).flatMap(
      ([operator, keys]) =>
        Object.entries(keys).map(([key, values]) => ({
          operator,
          key: key.toLowerCase(),
          values: items(values).map(String),
        })),
    ),
    inverted: ["NotAction", "NotResource", "NotPrincipal"].some((element) => at(statement, element) !== undefined),
  }));
}

function principalsOf(principal: unknown): string[] {
  return typeof principal === "string"
    ? [principal]
    : Object.values(Object(principal) as Record<string, unknown>)
        .flatMap(items)
        .map(text);
}
