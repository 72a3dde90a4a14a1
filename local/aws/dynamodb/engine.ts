import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { AwsError } from "../errors.ts";
import { adoptLevel } from "./adopt-level.ts";
import { openEntries } from "./entries.ts";
import { createItemStore, type ItemStore } from "./item-store.ts";
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

/** Those that change items: each is one transaction. */
const writes: readonly OperationName[] = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"];

/** The members of a request or response, as on the wire. */
export type Members = Record<string, unknown>;

/** DynamoDB's own behaviour, on a SQLite database. */
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

/** Opens the database of a folder, created if missing. A write whose call has returned outlives the process. */
export async function openDynamoEngine(folder: string): Promise<DynamoEngine> {
  const entries = openEntries(join(folder, "items.db"));
  await adoptLevel(folder, entries);
  const store = createItemStore(entries);
  const streams = createStreams(entries);
  const running = new Set<Promise<unknown>>();
  let isClosing = false;

  async function perform(operation: OperationName, input: Members, userIdentity?: UserIdentity): Promise<Members> {
    if (isClosing) throw new AwsError("InternalServerError", "The local engine is stopping.", 500);
    const { validation, action } = parts.get(operation)!;
    try {
      const checked = validations.checkTypes(input, validation.types);
      validations.checkValidations(checked, validation.types, validation.custom, store);
      const act = (callback: Callback<Members>): void =>
        action(streams.recorded(store, userIdentity), checked, callback);
      if (!writes.includes(operation)) return await promisify(act)();
      const result = entries.atomically(() => atOnce(act));
      streams.wake();
      return result;
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
      entries.close();
    },
  };
}

/** What is called back before the call returns; its error is thrown. */
function atOnce<Value>(act: (callback: Callback<Value>) => void): Value {
  let called: { error: Error | null | undefined; value: Value } | undefined;
  act((error, value) => (called = { error, value }));
  if (called === undefined) throw new Error("dynalite must call back at once");
  if (called.error !== null && called.error !== undefined) throw called.error;
  return called.value;
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
