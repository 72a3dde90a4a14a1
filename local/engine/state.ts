import { join } from "node:path";
import { openDatabase } from "../database.ts";
import type { Properties, ResourceState } from "./provider.ts";

/** A resource as an earlier run left it. */
export interface StoredResource {
  urn: string;
  type: string;
  name: string;
  inputs: Properties;
  state: ResourceState;
}

/** The stack's state on this machine: which resources exist, with their inputs and outputs. */
export interface StateStore {
  get(urn: string): StoredResource | undefined;
  put(resource: StoredResource): void;
  delete(urn: string): void;
  /** In the order in which they were first provisioned. */
  all(): StoredResource[];
  close(): void;
}

interface Row {
  urn: string;
  type: string;
  name: string;
  inputs: string;
  state: string;
}

/** Opens `state.db` in the data folder; every change is durable when the call returns. */
export function openState(dataFolder: string): StateStore {
  const database = openDatabase(
    join(dataFolder, "state.db"),
    "CREATE TABLE IF NOT EXISTS resources (number INTEGER PRIMARY KEY AUTOINCREMENT, urn TEXT UNIQUE NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, inputs TEXT NOT NULL, state TEXT NOT NULL)",
  );
  const get = database.prepare("SELECT urn, type, name, inputs, state FROM resources WHERE urn = ?");
  const put = database.prepare(
    "INSERT INTO resources (urn, type, name, inputs, state) VALUES (?, ?, ?, ?, ?) ON CONFLICT (urn) DO UPDATE SET inputs = excluded.inputs, state = excluded.state",
  );
  const remove = database.prepare("DELETE FROM resources WHERE urn = ?");
  const all = database.prepare("SELECT urn, type, name, inputs, state FROM resources ORDER BY number");
  const read = (row: Row): StoredResource => ({
    ...row,
    inputs: JSON.parse(row.inputs) as Properties,
    state: JSON.parse(row.state) as ResourceState,
  });
  return {
    get(urn) {
      const row = get.get(urn) as Row | undefined;
      return row === undefined ? undefined : read(row);
    },
    put: ({ urn, type, name, inputs, state }) => void put.run(urn, type, name, JSON.stringify(inputs), JSON.stringify(state)),
    delete: (urn) => void remove.run(urn),
    all: () => (all.all() as unknown as Row[]).map(read),
    close: () => database.close(),
  };
}
