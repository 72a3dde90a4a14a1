import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
  type QueryCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { defined, itemOf, type Item } from "./item.ts";

/** A table's key. */
export interface Key {
  pk: string;
  sk: string;
}

/** A conditional update in DynamoDB's expression language. */
export interface Update {
  update: string;
  condition?: string;
  names?: Record<string, string>;
  values?: Item;
}

/**
 * The few calls that the catalogue makes. Reads are consistent, except those of an index, which DynamoDB cannot make
 * so.
 */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** Those of these items that exist, in any order; at most 100. */
  getAll(keys: readonly Key[]): Promise<Item[]>;
  /** The whole partition, or the items whose sort key begins with `prefix`. */
  partition(pk: string, prefix?: string): Promise<Item[]>;
  /** One page of any query. */
  query(input: Omit<QueryCommandInput, "TableName">): Promise<{ items: Item[]; last: Item | undefined }>;
  /** Writes the item; with a condition, returns whether it held. */
  put(item: Item & Key, condition?: Omit<Update, "update">): Promise<boolean>;
  /** Returns the new item, or `undefined` when the condition did not hold. */
  update(key: Key, update: Update): Promise<Item | undefined>;
  /** Returns the old item, or `undefined` when there was none or the condition did not hold. */
  delete(key: Key, condition?: Omit<Update, "update">): Promise<Item | undefined>;
  /** Deletes all of these, 25 a call. */
  deleteAll(keys: Key[]): Promise<void>;
}

/** The catalogue's calls on one table. */
export function createTable({ client, table }: { client: DynamoDBDocumentClient; table: string }): Table {
  const TableName = table;

  const query: Table["query"] = async (input) => {
    const { Items = [], LastEvaluatedKey } = await client.send(new QueryCommand({ TableName, ...input }));
    return { items: Items.map(itemOf), last: LastEvaluatedKey };
  };

  return {
    query,

    async get(key) {
      const { Item } = await client.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }));
      return Item;
    },

    async getAll(keys) {
      const items: Item[] = [];
      let wanted: Item[] = keys.map((key) => ({ ...key }));
      for (let attempt = 0; wanted.length > 0; attempt++) {
        if (attempt > 0) await backOff(attempt);
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetCommand({ RequestItems: { [TableName]: { Keys: wanted, ConsistentRead: true } } }),
        );
        items.push(...(Responses?.[TableName] ?? []).map(itemOf));
        wanted = UnprocessedKeys?.[TableName]?.Keys ?? [];
      }
      return items;
    },

    async partition(pk, prefix) {
      const items: Item[] = [];
      let from: Item | undefined;
      do {
        const page = await query({
          ConsistentRead: true,
          KeyConditionExpression: prefix === undefined ? "pk = :pk" : "pk = :pk AND begins_with(sk, :prefix)",
          ExpressionAttributeValues: defined({ ":pk": pk, ":prefix": prefix }),
          ExclusiveStartKey: from,
        });
        items.push(...page.items);
        from = page.last;
      } while (from !== undefined);
      return items;
    },

    async put(item, condition) {
      const done = await unlessConditionFailed(
        client.send(new PutCommand({ TableName, Item: defined(item), ...conditionOf(condition) })),
      );
      return done !== undefined;
    },

    async update(key, { update, ...condition }) {
      const done = await unlessConditionFailed(
        client.send(
          new UpdateCommand({
            TableName,
            Key: key,
            UpdateExpression: update,
            ...conditionOf(condition),
            ReturnValues: "ALL_NEW",
          }),
        ),
      );
      return done?.Attributes;
    },

    async delete(key, condition) {
      const done = await unlessConditionFailed(
        client.send(new DeleteCommand({ TableName, Key: key, ...conditionOf(condition), ReturnValues: "ALL_OLD" })),
      );
      return done?.Attributes;
    },

    async deleteAll(keys) {
      for (let first = 0; first < keys.length; first += 25) {
        let requests = keys.slice(first, first + 25).map((Key) => ({ DeleteRequest: { Key } }));
        for (let attempt = 0; requests.length > 0; attempt++) {
          if (attempt > 0) await backOff(attempt);
          const { UnprocessedItems } = await client.send(
            new BatchWriteCommand({ RequestItems: { [TableName]: requests } }),
          );
          requests = (UnprocessedItems?.[TableName] ?? []).flatMap(({ DeleteRequest }) =>
            DeleteRequest?.Key === undefined ? [] : [{ DeleteRequest: { Key: keyOf(DeleteRequest.Key) } }],
          );
        }
      }
    },
  };
}

/** The table's key of an item. */
export function keyOf(item: Item): Key {
  return { pk: String(item["pk"]), sk: String(item["sk"]) };
}

/** Waits before what DynamoDB left undone is asked for again. */
function backOff(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.min(50 * 2 ** attempt, 2000)));
}

function conditionOf(condition: Omit<Update, "update"> | undefined): {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
} {
  return {
    ...(condition?.condition !== undefined && { ConditionExpression: condition.condition }),
    ...(condition?.names !== undefined && { ExpressionAttributeNames: condition.names }),
    ...(condition?.values !== undefined && { ExpressionAttributeValues: condition.values }),
  };
}

async function unlessConditionFailed<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
