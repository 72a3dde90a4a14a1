import type { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { openDatabase, transaction } from "../database.ts";
import type { Properties, ResourceState } from "./provider.ts";

/** A resource as an earlier run left it. */
export interface StoredResource {
  urn: string;
  type: string;
  name: string;
  inputs: Properties;
  state: ResourceState;
  /** Decide whether and in which order the engine may delete it. */
  options: StoredOptions;
}

export interface StoredOptions {
  /** URN, or empty. */
  parent: string;
  /** URNs. */
  dependencies: string[];
  /** Property paths of the inputs that are secret. */
  secrets: string[];
  protect: boolean;
  retainOnDelete: boolean;
}

/** The stack's state on this machine: which resources exist, with their inputs and outputs. */
export interface StateStore {
  get(urn: string): StoredResource | undefined;
  /** Adds or overwrites a resource; `formerUrn` is its URN in an earlier run. */
  put(resource: StoredResource, formerUrn?: string): void;
  delete(urn: string): void;
  /** All resources, in the order in which they were first provisioned. */
  all(): StoredResource[];
  /**
   * Stores `resource` in place of `before`, and records that `before` is still to be deleted, even if this run fails.
   */
  replace(resource: StoredResource, before: StoredResource): void;
  /** Replaced resources that are still to be deleted, oldest first. */
  replaced(): ReplacedResource[];
  forgetReplaced(number: number): void;
  /** Stores the result of a provider function, for previews. */
  putAnswer(token: string, args: Properties, answer: Properties): void;
  answer(token: string, args: Properties): Properties | undefined;
  close(): void;
}

export interface ReplacedResource {
  number: number;
  resource: StoredResource;
}

const noOptions = JSON.stringify({
  parent: "",
  dependencies: [],
  secrets: [],
  protect: false,
  retainOnDelete: false,
} satisfies StoredOptions);

const schema = `
  CREATE TABLE IF NOT EXISTS resources (
    number INTEGER PRIMARY KEY AUTOINCREMENT, urn TEXT UNIQUE NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL,
    inputs TEXT NOT NULL, state TEXT NOT NULL, options TEXT NOT NULL DEFAULT '${noOptions}'
  );
  CREATE TABLE IF NOT EXISTS replaced (number INTEGER PRIMARY KEY AUTOINCREMENT, resource TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS answers (question TEXT PRIMARY KEY, answer TEXT NOT NULL);
`;

interface Row {
  urn: string;
  type: string;
  name: string;
  inputs: string;
  state: string;
  options: string;
}

/** Opens `state.db` in the data folder; every change is durable when the call returns. */
export function openState(dataFolder: string): StateStore {
  const database = openDatabase(join(dataFolder, "state.db"), schema);
  // For folders created before the engine stored options.
  const columns = database.prepare("SELECT name FROM pragma_table_info('resources')").all();
  if (!columns.some(({ name }) => name === "options"))
    database.exec(`ALTER TABLE resources ADD COLUMN options TEXT NOT NULL DEFAULT '${noOptions}'`);
  return storeIn(database);
}

function storeIn(database: DatabaseSync): StateStore {
  const columns = "urn, type, name, inputs, state, options";
  const get = database.prepare(`SELECT ${columns} FROM resources WHERE urn = ?`);
  const all = database.prepare(`SELECT ${columns} FROM resources ORDER BY number`);
  const rename = database.prepare("UPDATE resources SET urn = ? WHERE urn = ?");
  const put = database.prepare(
    `INSERT INTO resources (${columns}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (urn) DO UPDATE SET type = ` +
      "excluded.type, name = excluded.name, inputs = excluded.inputs, state = excluded.state, options = " +
      "excluded.options",
  );
  const remove = database.prepare("DELETE FROM resources WHERE urn = ?");
  const putReplaced = database.prepare("INSERT INTO replaced (resource) VALUES (?)");
  const allReplaced = database.prepare("SELECT number, resource FROM replaced ORDER BY number");
  const removeReplaced = database.prepare("DELETE FROM replaced WHERE number = ?");
  const putAnswer = database.prepare(
    "INSERT INTO answers (question, answer) VALUES (?, ?) ON CONFLICT (question) DO UPDATE SET answer = " +
      "excluded.answer",
  );
  const getAnswer = database.prepare("SELECT answer FROM answers WHERE question = ?");
  const question = (token: string, args: Properties): string =>
    JSON.stringify([token, Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1))]);
  const read = (row: Row): StoredResource => ({
    ...row,
    inputs: JSON.parse(row.inputs) as Properties,
    state: JSON.parse(row.state) as ResourceState,
    options: JSON.parse(row.options) as StoredOptions,
  });
  const store = ({ urn, type, name, inputs, state, options }: StoredResource, formerUrn: string): void => {
    if (formerUrn !== urn) rename.run(urn, formerUrn);
    put.run(urn, type, name, JSON.stringify(inputs), JSON.stringify(state), JSON.stringify(options));
  };
  return {
    get(urn) {
      const row = get.get(urn) as Row | undefined;
      return row === undefined ? undefined : read(row);
    },
    put: (resource, formerUrn = resource.urn) => store(resource, formerUrn),
    delete: (urn) => void remove.run(urn),
    all: () => (all.all() as unknown as Row[]).map(read),
    replace(resource, before) {
      transaction(database, () => {
        putReplaced.run(JSON.stringify(before));
        store(resource, before.urn);
      });
    },
    replaced: () =>
      (allReplaced.all() as unknown as { number: number; resource: string }[]).map(({ number, resource }) => ({
        number,
        resource: JSON.parse(resource) as StoredResource,
      })),
    forgetReplaced: (number) => void removeReplaced.run(number),
    putAnswer: (token, args, answer) => void putAnswer.run(question(token, args), JSON.stringify(answer)),
    answer(token, args) {
      const row = getAnswer.get(question(token, args)) as { answer: string } | undefined;
      return row === undefined ? undefined : (JSON.parse(row.answer) as Properties);
    },
    close: () => database.close(),
  };
}
