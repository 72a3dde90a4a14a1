import type { Condition, Statement } from "./policy.ts";

/** A request to authorize. */
export interface AccessRequest {
  /** `s3:GetObject` */
  action: string;
  /** ARN, or `*` for actions without a resource. */
  resource: string;
  /** Names that a resource policy may use for the caller: `AWS` ARNs, `Service` names. */
  caller: { kind: "AWS" | "Service" | "Anonymous"; name: string };
  /** Condition keys in lower case. */
  context: Readonly<Record<string, string>>;
}

export type Decision = "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";

/**
 * Decides as IAM does within one account: an explicit deny wins, then any allow in an identity or resource policy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(
  request: AccessRequest,
  identity: readonly Statement[],
  resource: readonly Statement[] = [],
): Decision {
  const applying = [
    ...identity.filter((statement) => covers(statement, request)),
    ...resource.filter((statement) => namesCaller(statement, request) && covers(statement, request)),
  ];
  if (applying.some((statement) => statement.effect === "Deny")) return "ExplicitlyDenied";
  return applying.some((statement) => statement.effect === "Allow") ? "Allowed" : "ImplicitlyDenied";
}

function covers(statement: Statement, { action, resource, context }: AccessRequest): boolean {
  const anyAction = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => wildcard(pattern, true).test(action));
  const anyResource = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => wildcard(pattern).test(resource));
  const acts = statement.notActions.length > 0 ? !anyAction(statement.notActions) : anyAction(statement.actions);
  // A trust policy names no resource: it applies to the role it is attached to.
  const touches =
    statement.notResources.length > 0
      ? !anyResource(statement.notResources)
      : statement.resources.length === 0 || anyResource(statement.resources);
  return acts && touches && statement.conditions.every((condition) => holds(condition, context[condition.key]));
}

function namesCaller({ principal }: Statement, { caller }: AccessRequest): boolean {
  if (principal === undefined) return false;
  if (principal === "*") return true;
  return (
    (principal[caller.kind] ?? []).some((name) => name === caller.name || name === "*") ||
    (principal["AWS"] ?? []).includes("*")
  );
}

function holds({ operator, ifExists, key, values }: Condition, actual: string | undefined): boolean {
  if (operator === "Null") return values.some((value) => (value === "true") === (actual === undefined));
  const negative = operator.includes("Not");
  // A missing key satisfies only the negative operators, and those that end with IfExists.
  if (actual === undefined) return ifExists || negative;
  const test = comparison(operator, actual, key);
  return negative ? !values.some(test) : values.some(test);
}

function comparison(operator: Condition["operator"], actual: string, key: string): (value: string) => boolean {
  switch (operator) {
    case "StringEquals":
    case "StringNotEquals":
      return (value) => value === actual;
    case "StringEqualsIgnoreCase":
      return (value) => value.toLowerCase() === actual.toLowerCase();
    case "StringLike":
    case "StringNotLike":
    case "ArnEquals":
    case "ArnLike":
    case "ArnNotEquals":
    case "ArnNotLike":
      return (value) => wildcard(value).test(actual);
    case "Bool":
      return (value) => value.toLowerCase() === actual.toLowerCase();
    case "NumericEquals":
      return (value) => Number(actual) === Number(value);
    case "NumericLessThan":
      return (value) => Number(actual) < Number(value);
    case "NumericLessThanEquals":
      return (value) => Number(actual) <= Number(value);
    case "NumericGreaterThan":
      return (value) => Number(actual) > Number(value);
    case "NumericGreaterThanEquals":
      return (value) => Number(actual) >= Number(value);
    case "Null":
      throw new TypeError(`Null has no comparison (${key}).`);
  }
}

const compiled = new Map<string, RegExp>();

/** `*` matches any run of characters, `?` exactly one. Actions are case-insensitive. */
function wildcard(pattern: string, ignoreCase = false): RegExp {
  const key = `${ignoreCase ? "i" : ""}${pattern}`;
  let expression = compiled.get(key);
  if (expression === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, ".*")
      .replace(/\?/g, ".");
    expression = new RegExp(`^${source}$`, ignoreCase ? "is" : "s");
    compiled.set(key, expression);
  }
  return expression;
}
