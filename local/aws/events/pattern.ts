import { BlockList, isIPv4, isIPv6 } from "node:net";
import type { Properties } from "../../engine/provider.ts";
import { AwsError } from "../errors.ts";

/** One alternative of a pattern's field: whether it accepts a leaf value of the event. */
type Test = (value: unknown) => boolean;

/** A checked event pattern. */
export interface EventPattern {
  matches(event: unknown): boolean;
}

type Matcher = (event: unknown) => boolean;

/**
 * Reads an EventBridge event pattern: exact values, `prefix`, `suffix`, `anything-but`, `numeric`, `exists`,
 * `wildcard`, `equals-ignore-case`, `cidr` and `$or`, nested as the event is. Throws InvalidEventPatternException for
 * anything else, so that an unsupported operator never silently matches nothing.
 *
 * Numbers compare by value; AWS compares how they are written (300 and 3.0e2 differ there).
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function parseEventPattern(json: string): EventPattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(json);
  } catch {
    throw invalid("it is not valid JSON");
  }
  if (!isObject(pattern)) throw invalid("it must be an object");
  const matches = objectMatcher(pattern);
  return { matches };
}

function objectMatcher(pattern: Properties): Matcher {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalid("an empty object matches nothing");
  const matchers = entries.map(([key, value]) => (key === "$or" ? orMatcher(value) : fieldMatcher(key, value)));
  return (event) => matchers.every((matches) => matches(event));
}

function orMatcher(value: unknown): Matcher {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject))
    throw invalid("$or must be a list of at least two objects");
  const alternatives = value.map(objectMatcher);
  return (event) => alternatives.some((matches) => matches(event));
}

function fieldMatcher(key: string, value: unknown): Matcher {
  if (Array.isArray(value)) {
    if (value.length === 0) throw invalid(`the list of "${key}" is empty`);
    const absentMatches = value.some((alternative) => isObject(alternative) && alternative["exists"] === false);
    const tests = value.map((alternative: unknown) => leafTest(key, alternative));
    return (event) => {
      const leaves = leavesOf(member(event, key));
      return leaves.length === 0 ? absentMatches : leaves.some((leaf) => tests.some((test) => test(leaf)));
    };
  }
  if (!isObject(value)) throw invalid(`"${key}" must be an object or a list`);
  const nested = objectMatcher(value);
  // A list of objects matches if one of them does.
  return (event) => branchesOf(member(event, key)).some(nested);
}

function member(event: unknown, key: string): unknown {
  return isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined;
}

/**
 * The values that a leaf pattern is matched against: a scalar, or the scalars in a list. Objects and empty lists are
 * not leaves.
 */
function leavesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return value === undefined || isObject(value) ? [] : [value];
}

/**
 * The objects that a nested pattern is matched against. A missing field counts as an empty object, so that
 * `exists: false` can match inside it.
 */
function branchesOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) return [value];
  return value.length === 0 ? [undefined] : value.flatMap(branchesOf);
}

function leafTest(key: string, alternative: unknown): Test {
  if (!isObject(alternative)) return equals(key, alternative);
  const [operator, ...others] = Object.keys(alternative);
  if (operator === undefined || others.length > 0) throw invalid(`"${key}" must have one operator per object`);
  const operand = alternative[operator];
  switch (operator) {
    case "exists":
      if (typeof operand !== "boolean") throw invalid(`exists of "${key}" must be true or false`);
      return () => operand;
    case "anything-but":
      return anythingBut(key, operand);
    case "numeric":
      return numeric(key, operand);
    case "cidr":
      return cidr(key, operand);
    case "prefix":
    case "suffix":
    case "equals-ignore-case":
    case "wildcard":
      return textTest(key, operator, operand);
    default:
      throw invalid(`"${operator}" of "${key}" is not an operator that the local engine supports`);
  }
}

function equals(key: string, expected: unknown): Test {
  if (Array.isArray(expected)) throw invalid(`"${key}" has a nested list`);
  return (value) => value === expected;
}

function textTest(
  key: string,
  operator: "prefix" | "suffix" | "equals-ignore-case" | "wildcard",
  operand: unknown,
): Test {
  if (isObject(operand) && (operator === "prefix" || operator === "suffix")) {
    const inner = operand["equals-ignore-case"];
    if (Object.keys(operand).length !== 1 || typeof inner !== "string")
      throw invalid(`${operator} of "${key}" takes a string or equals-ignore-case`);
    const folded = inner.toLowerCase();
    return onText((text) =>
      operator === "prefix" ? text.toLowerCase().startsWith(folded) : text.toLowerCase().endsWith(folded),
    );
  }
  if (typeof operand !== "string") throw invalid(`${operator} of "${key}" must be a string`);
  switch (operator) {
    case "prefix":
      return onText((text) => text.startsWith(operand));
    case "suffix":
      return onText((text) => text.endsWith(operand));
    case "equals-ignore-case": {
      const folded = operand.toLowerCase();
      return onText((text) => text.toLowerCase() === folded);
    }
    case "wildcard": {
      const expression = wildcard(key, operand);
      return onText((text) => expression.test(text));
    }
  }
}

function onText(test: (text: string) => boolean): Test {
  return (value) => typeof value === "string" && test(value);
}

/** `*` is any run of characters; `\*` and `\\` are the characters themselves. */
function wildcard(key: string, operand: string): RegExp {
  if (/(?<!\\)(?:\\\\)*\*\*/.test(operand)) throw invalid(`wildcard of "${key}" has consecutive *`);
  if (/(?<!\\)(?:\\\\)*\\(?![*\\])/.test(operand))
    throw invalid(`wildcard of "${key}" has a backslash before a character other than * or \\`);
  const source = operand.replace(
    /\\([*\\])|(\*)|([.+?^${}()|[\]/])/g,
    (_match, escaped: string | undefined, star: string | undefined, special: string | undefined) =>
      star !== undefined ? ".*" : `\\${escaped ?? special ?? ""}`,
  );
  return new RegExp(`^${source}$`, "su");
}

function anythingBut(key: string, operand: unknown): Test {
  if (isObject(operand)) {
    const [operator, ...others] = Object.keys(operand);
    if (
      others.length > 0 ||
      (operator !== "prefix" && operator !== "suffix" && operator !== "equals-ignore-case" && operator !== "wildcard")
    ) {
      throw invalid(`anything-but of "${key}" takes prefix, suffix, equals-ignore-case or wildcard`);
    }
    const values: unknown = operand[operator];
    const tests = (Array.isArray(values) ? values : [values]).map((value: unknown) => textTest(key, operator, value));
    return (value) => !tests.some((test) => test(value));
  }
  const excluded: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (excluded.length === 0 || !excluded.every((value) => typeof value === "string" || typeof value === "number"))
    throw invalid(`anything-but of "${key}" takes strings and numbers`);
  return (value) => !excluded.some((candidate) => candidate === value);
}

const comparisons: Record<string, (value: number, bound: number) => boolean> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

function numeric(key: string, operand: unknown): Test {
  const bad = (): AwsError => invalid(`numeric of "${key}" takes one or two comparisons, such as [">", 0, "<=", 5]`);
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) throw bad();
  const tests: ((value: number) => boolean)[] = [];
  for (let i = 0; i < operand.length; i += 2) {
    const operator: unknown = operand[i];
    const bound: unknown = operand[i + 1];
    const compare = typeof operator === "string" ? comparisons[operator] : undefined;
    if (compare === undefined || typeof bound !== "number" || Math.abs(bound) > 5e9) throw bad();
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

function cidr(key: string, operand: unknown): Test {
  const [, network = "", bits = ""] = /^([^/]+)\/(\d+)$/.exec(typeof operand === "string" ? operand : "") ?? [];
  const family = isIPv4(network) ? "ipv4" : isIPv6(network) ? "ipv6" : undefined;
  if (family === undefined || Number(bits) > (family === "ipv4" ? 32 : 128))
    throw invalid(`cidr of "${key}" must be an address block such as 10.0.0.0/24`);
  const block = new BlockList();
  block.addSubnet(network, Number(bits), family);
  return onText((text) => (isIPv4(text) && block.check(text, "ipv4")) || (isIPv6(text) && block.check(text, "ipv6")));
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(reason: string): AwsError {
  return new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}.`);
}
