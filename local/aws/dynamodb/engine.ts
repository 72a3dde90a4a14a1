import { createRequire } from "node:module";
import { AwsError } from "../errors.ts";
import type { ItemStore } from "./streams/item-store.ts";
import type { UserIdentity } from "./streams/record.ts";
import { createStreams, type Streams } from "./streams/streams.ts";

/** The supported operations; dynalite has a validation and an action for each. */
export const operations = [
  "GetItem",
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "Query",
  "Scan",
  "BatchGetItem",
  "BatchWriteItem",
  "DescribeTable",
  "ListTables",
  "CreateTable",
  "UpdateTable",
  "DeleteTable",
] as const;
export type OperationName = (typeof operations)[number];

/** The members of a request or response, as on the wire. */
export type Members = Record<string, unknown>;

/** DynamoDB's own behaviour, on a LevelDB folder. */
export interface DynamoEngine {
  /**
   * Validates and runs one operation as DynamoDB does; throws {@link AwsError} with DynamoDB's code. Streams record its
   * writes as made by `userIdentity`, if not by a user.
   */
  run(operation: OperationName, input: Members, userIdentity?: UserIdentity): Promise<Members>;
  /** The streams of its tables. */
  streams: Streams;
  /** Waits for the operations that run, and refuses others. */
  close(): Promise<void>;
}

// dynalite is CommonJS without types. Its validations and actions are called as its own HTTP handler calls them.
type Callback<Value> = (error: Error | null | undefined, value: Value) => void;
interface Validation {
  types: unknown;
  custom: unknown;
}
const require = createRequire(import.meta.url);
const database = require("dynalite/db") as { create(options: Record<string, unknown>): ItemStore };
const validations = require("dynalite/validations") as {
  checkTypes(input: Members, types: unknown): Members;
  checkValidations(input: Members, types: unknown, custom: unknown, store: ItemStore): void;
};
const fileOf = (operation: string): string => `${operation.slice(0, 1).toLowerCase()}${operation.slice(1)}`;
const parts = new Map(
  operations.map((operation) => [
    operation,
    {
      validation: require(`dynalite/validations/${fileOf(operation)}`) as Validation,
      action: require(`dynalite/actions/${fileOf(operation)}`) as (
        store: ItemStore,
        input: Members,
        callback: Callback<Members>,
      ) => void,
    },
  ]),
);

/** Opens dynalite on a folder, which is created if missing. Every write is on disk when its call returns. */
export function openDynamoEngine(path: string): DynamoEngine {
  const store = database.create({ path, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  const streams = createStreams(store.db);
  // On a closed database, dynalite throws where nobody can catch it.
  const running = new Set<Promise<unknown>>();
  let isClosing = false;

  async function perform(operation: OperationName, input: Members, userIdentity?: UserIdentity): Promise<Members> {
    if (isClosing) throw new AwsError("InternalServerError", "The local engine is stopping.", 500);
    const { validation, action } = parts.get(operation)!;
    try {
      const checked = validations.checkTypes(input, validation.types);
      validations.checkValidations(checked, validation.types, validation.custom, store);
      return await new Promise<Members>((resolve, reject) => {
        action(streams.recorded(store, userIdentity), checked, (error, value) => {
          if (error !== null && error !== undefined) reject(error);
          else resolve(value);
        });
      });
    } catch (cause) {
      throw asAwsError(cause);
    }
  }

  return {
    streams,
    async run(operation, input, userIdentity) {
      const work = perform(operation, input, userIdentity);
      running.add(work);
      try {
        return await work;
      } finally {
        running.delete(work);
      }
    },
    async close() {
      isClosing = true;
      await Promise.allSettled(running);
      await new Promise<void>((resolve, reject) => {
        store.db.close((error) => {
          if (error === undefined || error === null) resolve();
          else reject(error);
        });
      });
    },
  };
}

/** dynalite's errors carry the wire's status and body; `__type` is qualified by a namespace. */
function asAwsError(cause: unknown): unknown {
  const { statusCode, body } = cause as {
    statusCode?: number;
    body?: { __type?: string; message?: string; Message?: string };
  };
  if (statusCode === undefined || body === undefined) return cause;
  return new AwsError(
    body.__type?.split("#").at(-1) ?? "InternalServerError",
    body.message ?? body.Message ?? "",
    statusCode,
  );
}
