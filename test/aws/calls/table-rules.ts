import { tableSchema } from "../../../catalogue/schema.ts";
import { entries, list, pick, text } from "../support/read.ts";

/** What DynamoDB refuses of a call on the catalogue's table although its model allows it. */
export function tableProblems(operation: string, input: unknown): string[] {
  return [
    ...expressionProblems(input),
    ...keyProblems(operation, input),
    ...(operation === "Query" ? queryProblems(input) : []),
    ...batchProblems(operation, input),
  ];
}

/**
 * Every placeholder that an expression names is given, and every one given is named.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeValues.html
 */
function expressionProblems(input: unknown): string[] {
  const expressions = entries(input)
    .filter(([key]) => key.endsWith("Expression"))
    .map(([, value]) => text(value))
    .join(" ");
  const named = new Set(expressions.match(/[:#]\w+/g) ?? []);
  const given = [
    ...entries(pick(input, "ExpressionAttributeNames")),
    ...entries(pick(input, "ExpressionAttributeValues")),
  ].map(([key]) => key);
  return [
    ...[...named].filter((name) => !given.includes(name)).map((name) => `${name} is used and not given`),
    ...given.filter((name) => !named.has(name)).map((name) => `${name} is given and not used`),
  ];
}

const keyNames: string[] = [tableSchema.hashKey, tableSchema.rangeKey].sort();

/**
 * A key is the table's two attributes, each a string, and nothing else.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html
 */
function keyProblems(operation: string, input: unknown): string[] {
  const batch = entries(pick(input, "RequestItems")).flatMap(([, request]) =>
    operation === "BatchGetItem"
      ? list(pick(request, "Keys"))
      : list(request).map((item) => pick(item, "DeleteRequest", "Key")),
  );
  const keys = [...list(pick(input, "Key")), ...batch.filter((key) => key !== undefined)];
  const wrong = keys.filter(
    (key) =>
      entries(key)
        .map(([name]) => name)
        .sort()
        .join() !== keyNames.join() || entries(key).some(([, value]) => text(pick(value, "S")) === ""),
  );
  const item = pick(input, "Item");
  const items = [
    ...(item === undefined ? [] : [item]),
    ...entries(pick(input, "RequestItems")).flatMap(([, request]) =>
      Array.isArray(request)
        ? request.map((entry) => pick(entry, "PutRequest", "Item")).filter((put) => put !== undefined)
        : [],
    ),
  ];
  return [
    ...wrong.map((key) => `${JSON.stringify(key)} is no key of the table`),
    ...items
      .filter((put) => keyNames.some((name) => text(pick(put, name, "S")) === ""))
      .map(() => "an item has no key"),
    // A key attribute of an index must be a string where the item has it.
    ...items.flatMap((put) =>
      tableSchema.attributes
        .filter(({ name }) => pick(put, name) !== undefined && text(pick(put, name, "S")) === "")
        .map(({ name }) => `an item's ${name} is not a string that an index can hold`),
    ),
  ];
}

/**
 * A Query names the partition key of its table or index with "=", and reads an index eventually consistent only.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
 */
function queryProblems(input: unknown): string[] {
  const index = pick(input, "IndexName");
  const schema =
    index === undefined ? tableSchema : tableSchema.globalSecondaryIndexes.find(({ name }) => name === index);
  if (schema === undefined) return [`the table has no index ${text(index)}`];
  const condition = text(pick(input, "KeyConditionExpression")).replace(/#\w+/g, (name) =>
    text(pick(input, "ExpressionAttributeNames", name)),
  );
  const parts = condition.split(/\s+AND\s+(?!:)/i);
  const attributes = condition.match(/\b[a-z]\w*\b(?=\s*(=|<|>|,|BETWEEN))/g) ?? [];
  return [
    ...(new RegExp(`^${schema.hashKey} = :\\w+$`).test(parts[0] ?? "")
      ? []
      : [`the condition "${condition}" does not begin with ${schema.hashKey} = :value`]),
    ...attributes
      .filter((name) => name !== schema.hashKey && name !== schema.rangeKey)
      .map((name) => `${name} is no key of ${index === undefined ? "the table" : text(index)}`),
    ...(index !== undefined && pick(input, "ConsistentRead") === true ? ["an index cannot be read consistently"] : []),
  ];
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html and API_BatchGetItem.html */
function batchProblems(operation: string, input: unknown): string[] {
  const requests = entries(pick(input, "RequestItems"));
  const count = requests.reduce(
    (sum, [, request]) =>
      sum + (operation === "BatchGetItem" ? list(pick(request, "Keys")).length : list(request).length),
    0,
  );
  const most = operation === "BatchWriteItem" ? 25 : 100;
  return operation.startsWith("Batch") && (count === 0 || count > most)
    ? [`${operation} takes 1 to ${most} items, not ${count}`]
    : [];
}
