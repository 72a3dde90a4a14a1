import { createRequire } from "node:module";
import type { Members } from "../../../../local/aws/dynamodb/engine.ts";

// dynalite is CommonJS without types; see local/aws/dynamodb/engine.ts.
const require = createRequire(import.meta.url);
type Action = (
  store: object,
  input: Members,
  callback: (error: Error | null | undefined, value: Members) => void,
) => void;

/** dynalite on its own store: in memory, or in a LevelDB folder. */
export function openDynalite(path?: string): {
  run(operation: string, input: Members): Promise<Members>;
  close(): Promise<void>;
} {
  const { create } = require("dynalite/db") as {
    create: (options: object) => { db: { close(callback: (error?: unknown) => void): void } };
  };
  const { checkTypes, checkValidations } = require("dynalite/validations") as {
    checkTypes: (input: Members, types: unknown) => Members;
    checkValidations: (input: Members, types: unknown, custom: unknown, store: object) => void;
  };
  const store = create({ path, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  return {
    async run(operation, input) {
      const file = `${operation.slice(0, 1).toLowerCase()}${operation.slice(1)}`;
      const { types, custom } = require(`dynalite/validations/${file}`) as { types: unknown; custom: unknown };
      const checked = checkTypes(input, types);
      checkValidations(checked, types, custom, store);
      const action = require(`dynalite/actions/${file}`) as Action;
      return new Promise((resolve, reject) => {
        action(store, checked, (error, value) => {
          if (error === null || error === undefined) resolve(value);
          else reject(error);
        });
      });
    },
    close: () => new Promise((resolve) => store.db.close(() => resolve())),
  };
}
