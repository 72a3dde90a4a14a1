import { createHash, randomBytes } from "node:crypto";
import type { AdminTokens, RotatedToken } from "../catalogue/index.ts";
import { ApiProblem } from "./problems.ts";
import { recogniser } from "./recogniser.ts";

/** How long the replaced token still counts, so that whoever uses it has time to take the new one, in milliseconds. */
const previousCountsMs = 60_000;

/**
 * How long the row of the last rotation is reused, in milliseconds. A page asks for several things at once. The
 * replaced token counts for longer than this, and one that the known row does not accept is looked up again.
 */
const rowIsFreshMs = 5000;

/** A token, told once: only its hash is kept. */
export interface NewToken {
  token: string;
  /** Until when the replaced one counts, in milliseconds since the epoch. */
  previousUntilMs: number;
}

/** The admin token, which editors can rotate. */
export interface AdminToken {
  /** Whether this is the token in force, or the one that it replaced less than a minute ago. */
  accepts(token: string): Promise<boolean>;
  /**
   * Replaces the token in force, which the caller must send. Throws `token-replaced` for any other, so that of two
   * callers at once one gets the new token, and nobody can use a replaced token to get a new one.
   */
  rotate(token: string): Promise<NewToken>;
}

/**
 * The admin token, until its first rotation the one of the deployment, of which `seedSha256` is the SHA-256 in hex. A
 * deployment with another token puts that one in force. Throws when `seedSha256` is not a SHA-256.
 */
export function createAdminToken({
  seedSha256,
  tokens,
  now,
}: {
  seedSha256: string;
  tokens: AdminTokens;
  /** The clock, in milliseconds since the epoch. */
  now: () => number;
}): AdminToken {
  const isSeed = recogniser(seedSha256, "ADMIN_TOKEN_SHA256");
  let known: { accepts: (token: string) => boolean; atMs: number } | undefined;

  async function read(): Promise<(token: string) => boolean> {
    const row = await tokens.rotated(seedSha256);
    const accepts = row === undefined ? isSeed : acceptsAfter(row, now);
    known = { accepts, atMs: now() };
    return accepts;
  }

  return {
    async accepts(token) {
      const isKnown = known !== undefined && now() - known.atMs < rowIsFreshMs && known.accepts(token);
      return isKnown || (await read())(token);
    },

    async rotate(token) {
      const fresh = randomBytes(30).toString("base64url");
      const previousUntilMs = now() + previousCountsMs;
      const done = await tokens.rotate(seedSha256, {
        current: sha256(fresh),
        previous: sha256(token),
        previousUntilMs,
      });
      known = undefined;
      if (done) return { token: fresh, previousUntilMs };
      throw new ApiProblem(
        "token-replaced",
        "The token that you sent was rotated, and counts for at most another minute. Use the new one.",
      );
    },
  };
}

/** Recognises the two tokens of a rotation, the replaced one until its time is over. */
function acceptsAfter(row: RotatedToken, now: () => number): (token: string) => boolean {
  const isCurrent = recogniser(row.current, "The catalogue's hash of the admin token");
  const isPrevious = recogniser(row.previous, "The catalogue's hash of the replaced admin token");
  return (token) => isCurrent(token) || (now() < row.previousUntilMs && isPrevious(token));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
