import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { exportDays } from "../domain/exports.ts";
import { number, oneOf, optionalText, text, type Item } from "./item.ts";
import { createTable, type Key } from "./table.ts";

const states = ["asked", "complete", "failed"] as const;

/** A file that was asked for. */
export interface Export {
  /** See `exportId`. */
  id: string;
  /** Milliseconds since the epoch: when it was asked for, after a failure again. Tells its jobs apart. */
  askedAtMs: number;
  /** `asked` from when it was asked for to when its job was seen to have ended. */
  state: (typeof states)[number];
  /** The MediaConvert job; unknown between the decision to start it and the service's answer. */
  job: string | undefined;
  /** Only when `failed`: what MediaConvert said. */
  reason: string | undefined;
  fileName: string;
  /** Number of moments. */
  clips: number;
  durationMs: number;
  /** When it is deleted; milliseconds since the epoch. */
  expiresAtMs: number;
}

/** The exports part of the catalogue. DynamoDB deletes an expired row within days; until then it is not found. */
export interface Exports {
  get(id: string): Promise<Export | undefined>;
  /**
   * Notes that a file is to be made, unless someone else did since `failed` was read: then theirs is returned.
   */
  ask(wanted: Pick<Export, "id" | "fileName" | "clips" | "durationMs">, failed?: Export): Promise<Export>;
  /** Notes the job; a later request for the same file stays. */
  started(asked: Export, job: string): Promise<Export>;
  /** Notes how the job ended. */
  ended(asked: Export, state: "complete" | "failed", reason?: string): Promise<Export>;
}

/** Opens the exports. `now` is the clock, in milliseconds since the epoch. */
export function createExports(options: { client: DynamoDBDocumentClient; table: string; now?: () => number }): Exports {
  const table = createTable(options);
  const { now = Date.now } = options;
  const isExpired = ({ expiresAtMs }: Export): boolean => expiresAtMs <= now();

  const read = async (id: string): Promise<Export | undefined> => {
    const item = await table.get(keyOf(id));
    return item === undefined ? undefined : exportOf(item);
  };

  /** Changes the row of this request; leaves that of a later one. */
  async function change(asked: Export, update: string, values: Item): Promise<Export> {
    const item = await table.update(keyOf(asked.id), {
      update,
      condition: "askedAt = :askedAt",
      ...(update.includes("#state") && { names: { "#state": "state" } }),
      values: { ":askedAt": asked.askedAtMs, ...values },
    });
    return item === undefined ? ((await read(asked.id)) ?? asked) : exportOf(item);
  }

  return {
    async get(id) {
      const found = await read(id);
      return found === undefined || isExpired(found) ? undefined : found;
    },

    async ask(wanted, failed) {
      const before = failed ?? (await read(wanted.id));
      if (before !== undefined && failed === undefined && !isExpired(before)) return before;
      const askedAtMs = Math.max(now(), (before?.askedAtMs ?? 0) + 1);
      // TTL attributes are seconds: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
      const expiresAt = Math.floor(askedAtMs / 1000) + exportDays * 86_400;
      const item = { ...keyOf(wanted.id), ...wanted, state: "asked", askedAt: askedAtMs, expiresAt };
      const isOurs = await table.put(item, {
        condition: before === undefined ? "attribute_not_exists(pk)" : "attribute_not_exists(pk) OR askedAt = :before",
        ...(before !== undefined && { values: { ":before": before.askedAtMs } }),
      });
      return (isOurs ? undefined : await read(wanted.id)) ?? exportOf(item);
    },

    started: (asked, job) => change(asked, "SET job = :job", { ":job": job }),

    ended(asked, state, reason) {
      return reason === undefined
        ? change(asked, "SET #state = :state", { ":state": state })
        : change(asked, "SET #state = :state, reason = :reason", { ":state": state, ":reason": reason });
    },
  };
}

function keyOf(id: string): Key {
  return { pk: `EXPORT#${id}`, sk: "EXPORT" };
}

/** The export in an item. */
export function exportOf(item: Item): Export {
  return {
    id: text(item, "id"),
    askedAtMs: number(item, "askedAt"),
    state: oneOf(item, "state", states),
    job: optionalText(item, "job"),
    reason: optionalText(item, "reason"),
    fileName: text(item, "fileName"),
    clips: number(item, "clips"),
    durationMs: number(item, "durationMs"),
    expiresAtMs: number(item, "expiresAt") * 1000,
  };
}
