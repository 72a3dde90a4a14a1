/**
 * IAM policy documents as AWS defines their grammar:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export interface Statement {
  effect: "Allow" | "Deny";
  actions: readonly string[];
  notActions: readonly string[];
  resources: readonly string[];
  notResources: readonly string[];
  /** Undefined in identity policies; in resource policies `*`, or names by kind (`AWS`, `Service`). */
  principal?: "*" | Record<string, readonly string[]>;
  conditions: readonly Condition[];
}

export interface Condition {
  /** Without its `ForAnyValue:`/`ForAllValues:` prefix and `IfExists` suffix. */
  operator: ConditionOperator;
  ifExists: boolean;
  /** Condition key in lower case (keys are case-insensitive). */
  key: string;
  values: readonly string[];
}

const operators = [
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIgnoreCase",
  "StringLike",
  "StringNotLike",
  "ArnEquals",
  "ArnLike",
  "ArnNotEquals",
  "ArnNotLike",
  "Bool",
  "Null",
  "NumericLessThan",
  "NumericLessThanEquals",
  "NumericGreaterThan",
  "NumericGreaterThanEquals",
  "NumericEquals",
] as const;
export type ConditionOperator = (typeof operators)[number];

/** A policy document that AWS would reject or that the local engine does not support. */
export class MalformedPolicy extends Error {
  override readonly name = "MalformedPolicy";
}

/** Parses a policy document (JSON text); throws {@link MalformedPolicy} saying what is wrong. */
export function parsePolicy(document: string): Statement[] {
  let value: unknown;
  try {
    value = JSON.parse(document);
  } catch {
    throw new MalformedPolicy("The policy document is not JSON.");
  }
  const policy = object(value, "The policy document");
  if (policy["Version"] !== "2012-10-17")
    throw new MalformedPolicy('The policy document needs "Version": "2012-10-17".');
  const statements = Array.isArray(policy["Statement"]) ? policy["Statement"] : [policy["Statement"]];
  return statements.map((statement) => parseStatement(object(statement, "A policy statement")));
}

function parseStatement(statement: Record<string, unknown>): Statement {
  const known = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition"];
  const unknown = Object.keys(statement).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new MalformedPolicy(`"${unknown}" is not an element of a policy statement that the local engine supports.`);
  const effect = statement["Effect"];
  if (effect !== "Allow" && effect !== "Deny")
    throw new MalformedPolicy('A policy statement needs "Effect": "Allow" or "Deny".');
  if ("Action" in statement === "NotAction" in statement)
    throw new MalformedPolicy("A policy statement needs Action or NotAction.");
  const principal = statement["Principal"];
  return {
    effect,
    actions: strings(statement["Action"], "Action"),
    notActions: strings(statement["NotAction"], "NotAction"),
    resources: strings(statement["Resource"], "Resource"),
    notResources: strings(statement["NotResource"], "NotResource"),
    ...(principal === undefined ? {} : { principal: parsePrincipal(principal) }),
    conditions: parseConditions(statement["Condition"] ?? {}),
  };
}

function parsePrincipal(value: unknown): "*" | Record<string, readonly string[]> {
  if (value === "*") return "*";
  return Object.fromEntries(
    Object.entries(object(value, "Principal")).map(([kind, names]) => [kind, strings(names, `Principal.${kind}`)]),
  );
}

function parseConditions(value: unknown): Condition[] {
  return Object.entries(object(value, "Condition")).flatMap(([name, keys]) => {
    const ifExists = name.endsWith("IfExists");
    const operator = operators.find(
      (candidate) => candidate === name.replace(/^For(AnyValue|AllValues):/, "").replace(/IfExists$/, ""),
    );
    if (operator === undefined)
      throw new MalformedPolicy(`The condition operator ${name} is not supported by the local engine.`);
    return Object.entries(object(keys, name)).map(([key, values]) => ({
      operator,
      ifExists,
      key: key.toLowerCase(),
      values: strings(values, key),
    }));
  });
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new MalformedPolicy(`${what} must be an object.`);
  return value as Record<string, unknown>;
}

function strings(value: unknown, what: string): string[] {
  if (value === undefined) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === "string") return item;
    if (typeof item === "boolean" || typeof item === "number") return String(item);
    throw new MalformedPolicy(`${what} must be a string or a list of strings.`);
  });
}
