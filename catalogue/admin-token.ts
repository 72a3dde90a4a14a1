import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { number, text } from "./item.ts";
import { createTable, type Key } from "./table.ts";

/** The admin token after a rotation. Only hashes: SHA-256 in hex. */
export interface RotatedToken {
  /** Of the token in force. */
  current: string;
  /** Of the one that it replaced. */
  previous: string;
  /** Until when the previous one counts, in milliseconds since the epoch. */
  previousUntilMs: number;
}

/**
 * What became of the admin token that the deployment made, the seed. Each seed has a row of its own, so that a new one
 * is in force at once, whatever became of the one before.
 */
export interface AdminTokens {
  /** The rotation of this seed's token, by the seed's SHA-256; `undefined` while the seed itself is in force. */
  rotated(seed: string): Promise<RotatedToken | undefined>;
  /** Puts a token in force, if `previous` is in force until now. Answers whether it was. */
  rotate(seed: string, token: RotatedToken): Promise<boolean>;
}

/** The admin token's part of the catalogue. */
export function createAdminTokens(options: { client: DynamoDBDocumentClient; table: string }): AdminTokens {
  const table = createTable(options);
  const keyOf = (seed: string): Key => ({ pk: "ADMIN-TOKEN", sk: `SEED#${seed}` });

  return {
    async rotated(seed) {
      const item = await table.get(keyOf(seed));
      if (item === undefined) return undefined;
      return {
        current: text(item, "current"),
        previous: text(item, "previous"),
        previousUntilMs: number(item, "previousUntil"),
      };
    },

    async rotate(seed, { current, previous, previousUntilMs }) {
      // Before the first rotation, the seed itself is in force.
      const item = { ...keyOf(seed), current, previous, previousUntil: previousUntilMs };
      return table.put(item, {
        condition: previous === seed ? "attribute_not_exists(pk)" : "#current = :previous",
        ...(previous !== seed && { names: { "#current": "current" }, values: { ":previous": previous } }),
      });
    },
  };
}
