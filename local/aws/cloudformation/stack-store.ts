import type { DatabaseSync } from "node:sqlite";
import type { Properties } from "../../engine/provider.ts";

export const stackSchema = `
  CREATE TABLE IF NOT EXISTS resource (
    stack TEXT NOT NULL, logicalId TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, properties TEXT NOT NULL,
    PRIMARY KEY (stack, logicalId)
  );
`;

/** A resource of a stack as it was last made. */
export interface StackResource {
  logicalId: string;
  type: string;
  id: string;
  /** As the template has them: secrets stay references. */
  properties: Properties;
}

/** What stacks consist of, across restarts. */
export class StackStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** In the order of their creation. */
  resources(stack: string): StackResource[] {
    return this.#database
      .prepare("SELECT logicalId, type, id, properties FROM resource WHERE stack = ? ORDER BY rowid")
      .all(stack)
      .map((row) => ({
        logicalId: String(row["logicalId"]),
        type: String(row["type"]),
        id: String(row["id"]),
        properties: JSON.parse(String(row["properties"])) as Properties,
      }));
  }

  put(stack: string, { logicalId, type, id, properties }: StackResource): void {
    this.#database
      .prepare(
        "INSERT INTO resource VALUES (?1, ?2, ?3, ?4, ?5) " +
          "ON CONFLICT (stack, logicalId) DO UPDATE SET id = ?3, type = ?4, properties = ?5",
      )
      .run(stack, logicalId, id, type, JSON.stringify(properties));
  }

  remove(stack: string, logicalId: string): void {
    this.#database.prepare("DELETE FROM resource WHERE stack = ? AND logicalId = ?").run(stack, logicalId);
  }
}
