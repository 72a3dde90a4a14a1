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

  const rotated: AdminTokens["rotated"] = async (seed) => {
    const item = await table.get(keyOf(seed));
    if (item === undefined) return undefined;
    return {
      current: text(item, "current"),
      previous: text(item, "previous"),
      previousUntilMs: number(item, "previousUntil"),
    };
  };

  return {
    rotated,

    async rotate(seed, { current, previous, previousUntilMs }) {
      const item = { ...keyOf(seed), current, previous, previousUntil: previousUntilMs };
      const done = await table.put(item, {
        // Before the first rotation, the seed itself is in force.
        condition: previous === seed ? "attribute_not_exists(pk)" : "#current = :previous",
        ...(previous !== seed && { names: { "#current": "current" }, values: { ":previous": previous } }),
      });
      // The SDK sends a write again whose response was lost; then it finds what it has written itself.
      return done || (await rotated(seed))?.current === current;
    },
  };
}
