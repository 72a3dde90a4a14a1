import { join } from "node:path";
import { forwardNow } from "../../forward-clock.ts";
import { openDatabase, transaction } from "../../database.ts";
import type { MessageAttributes } from "../cloud.ts";
import type { ReceivedMessage } from "./queue-service.ts";
import { md5OfAttributes, md5OfText } from "./md5.ts";

const schema = `
  CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    queue TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    trace_header TEXT,
    sender TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    first_received_at INTEGER,
    receive_count INTEGER NOT NULL DEFAULT 0,
    receipt TEXT,
    holder TEXT,
    dead_letter_source TEXT
  );
  CREATE INDEX IF NOT EXISTS message_visible ON message (queue, visible_at);
  CREATE UNIQUE INDEX IF NOT EXISTS message_receipt ON message (receipt);
`;

export interface NewMessage {
  body: string;
  attributes: MessageAttributes;
  traceHeader?: string;
  /** The sender's role id or service, for `SenderId`. */
  sender: string;
  delaySeconds: number;
  retentionSeconds: number;
}

export interface SentMessage {
  messageId: string;
  md5OfBody: string;
  md5OfAttributes: string | undefined;
}

/** Counts, named as in `GetQueueAttributes`. */
export interface MessageCounts {
  visible: number;
  inFlight: number;
  delayed: number;
}

/** The messages of all queues in one database. Times are milliseconds since the epoch. */
export interface MessageStore {
  insert(queue: string, messages: readonly NewMessage[]): SentMessage[];
  /**
   * Receives up to `max` visible messages and hides them. Messages already received `maxReceives` times move to the
   * dead-letter queue instead.
   */
  take(
    queue: string,
    options: {
      max: number;
      visibilityMs: number;
      holder?: string;
      divert?: { maxReceives: number; to: string; retentionSeconds: number };
    },
  ): { taken: ReceivedMessage[]; diverted: number };
  /** When the first message becomes visible that was not at the moment `after`, epoch milliseconds. */
  nextVisibleAt(queue: string, after: number): number | undefined;
  /** True if this was the message's latest receipt; an older one deletes nothing. */
  delete(queue: string, receipt: string): boolean;
  /** Hides a message for `ms` from now. `gone`: deleted, or received again since; `visible`: its timeout had ended. */
  hide(queue: string, receipt: string, ms: number): "done" | "gone" | "visible";
  /** Makes a message visible and invalidates its receipt. */
  unreceive(queue: string, receipt: string): void;
  releaseHeld(queue: string, holder: string): number;
  counts(queue: string): MessageCounts;
  purge(queue: string): void;
  /** Moves up to `max` visible messages to their source queues (or to `to`); returns the queue of each. */
  moveBack(queue: string, to: string | undefined, max: number): string[];
  close(): void;
}

export function openMessageStore(dataFolder: string): MessageStore {
  const database = openDatabase(join(dataFolder, "sqs.db"), schema);
  // Messages of a run whose clock was ahead of this one's.
  database
    .prepare(
      `UPDATE message
        SET visible_at = visible_at - sent_at + ?1, expires_at = expires_at - sent_at + ?1, sent_at = ?1
        WHERE sent_at > ?1`,
    )
    .run(forwardNow());
  const sql = {
    insert: database.prepare(
      `INSERT INTO message
          (id, queue, body, attributes, trace_header, sender, sent_at, expires_at, visible_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    visible: database.prepare(
      "SELECT * FROM message WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, seq LIMIT ?",
    ),
    expire: database.prepare("DELETE FROM message WHERE queue = ? AND expires_at <= ?"),
    receive: database.prepare(
      `UPDATE message
        SET visible_at = ?, first_received_at = coalesce(first_received_at, ?),
          receive_count = receive_count + 1, receipt = ?, holder = ?
        WHERE seq = ?`,
    ),
    divert: database.prepare(
      `UPDATE message
        SET queue = ?, dead_letter_source = ?, visible_at = ?, expires_at = sent_at + ?, receive_count = 0,
          first_received_at = NULL, receipt = NULL, holder = NULL
        WHERE seq = ?`,
    ),
    next: database.prepare("SELECT MIN(visible_at) AS at FROM message WHERE queue = ? AND visible_at > ?"),
    delete: database.prepare("DELETE FROM message WHERE queue = ? AND receipt = ?"),
    byReceipt: database.prepare("SELECT seq, visible_at FROM message WHERE queue = ? AND receipt = ?"),
    hide: database.prepare("UPDATE message SET visible_at = ? WHERE seq = ?"),
    unreceive: database.prepare(
      `UPDATE message
        SET visible_at = ?, receive_count = receive_count - 1, receipt = NULL, holder = NULL
        WHERE queue = ? AND receipt = ?`,
    ),
    releaseHeld: database.prepare(
      "UPDATE message SET visible_at = ?, receipt = NULL, holder = NULL WHERE queue = ? AND holder = ?",
    ),
    counts: database.prepare(
      `SELECT SUM(visible_at <= ?1) AS visible, SUM(visible_at > ?1 AND receive_count > 0) AS in_flight,
          SUM(visible_at > ?1 AND receive_count = 0) AS delayed
        FROM message WHERE queue = ?2 AND expires_at > ?1`,
    ),
    purge: database.prepare("DELETE FROM message WHERE queue = ?"),
    moveBack: database.prepare(
      `UPDATE message
        SET queue = ?, dead_letter_source = NULL, receive_count = 0, first_received_at = NULL,
          receipt = NULL, holder = NULL, visible_at = ?
        WHERE seq = ?`,
    ),
  };

  return {
    insert: (queue, messages) =>
      transaction(database, () =>
        messages.map((message) => {
          const now = forwardNow();
          const messageId = crypto.randomUUID();
          const attributes = JSON.stringify(message.attributes);
          sql.insert.run(
            messageId,
            queue,
            message.body,
            attributes,
            message.traceHeader ?? null,
            message.sender,
            now,
            now + message.retentionSeconds * 1000,
            now + message.delaySeconds * 1000,
          );
          return {
            messageId,
            md5OfBody: md5OfText(message.body),
            md5OfAttributes: md5OfAttributes(message.attributes),
          };
        }),
      ),
    take(queue, { max, visibilityMs, holder, divert }) {
      // Most polls find nothing; they must not write.
      if (sql.visible.get(queue, forwardNow(), 1) === undefined) return { taken: [], diverted: 0 };
      return transaction(database, () => {
        const taken: ReceivedMessage[] = [];
        let diverted = 0;
        const now = forwardNow();
        sql.expire.run(queue, now);
        for (;;) {
          const rows = sql.visible.all(queue, now, max - taken.length);
          if (rows.length === 0) break;
          for (const row of rows) {
            const seq = Number(row["seq"]);
            if (divert !== undefined && Number(row["receive_count"]) >= divert.maxReceives) {
              sql.divert.run(divert.to, queue, now, divert.retentionSeconds * 1000, seq);
              diverted += 1;
              continue;
            }
            const receipt = `${crypto.randomUUID()}${crypto.randomUUID()}`;
            // At least one millisecond: a zero visibility timeout must not hand out a message twice in one call.
            sql.receive.run(now + Math.max(visibilityMs, 1), now, receipt, holder ?? null, seq);
            taken.push(toReceived(row, receipt, now));
          }
          if (taken.length >= max) break;
        }
        return { taken, diverted };
      });
    },
    nextVisibleAt(queue, after) {
      const at = sql.next.get(queue, after)?.["at"];
      return typeof at === "number" ? at : undefined;
    },
    delete: (queue, receipt) => sql.delete.run(queue, receipt).changes > 0,
    hide(queue, receipt, ms) {
      const row = sql.byReceipt.get(queue, receipt);
      if (row === undefined) return "gone";
      const now = forwardNow();
      if (Number(row["visible_at"]) <= now) return "visible";
      sql.hide.run(now + ms, Number(row["seq"]));
      return "done";
    },
    unreceive: (queue, receipt) => void sql.unreceive.run(forwardNow(), queue, receipt),
    releaseHeld: (queue, holder) => Number(sql.releaseHeld.run(forwardNow(), queue, holder).changes),
    counts(queue) {
      const row = sql.counts.get(forwardNow(), queue) ?? {};
      return {
        visible: Number(row["visible"] ?? 0),
        inFlight: Number(row["in_flight"] ?? 0),
        delayed: Number(row["delayed"] ?? 0),
      };
    },
    purge: (queue) => void sql.purge.run(queue),
    moveBack: (queue, to, max) =>
      transaction(database, () => {
        const now = forwardNow();
        return sql.visible.all(queue, now, max).flatMap((row) => {
          const target = to ?? row["dead_letter_source"];
          if (typeof target !== "string") return [];
          sql.moveBack.run(target, now, Number(row["seq"]));
          return [target];
        });
      }),
    close: () => database.close(),
  };
}

function toReceived(row: Record<string, unknown>, receiptHandle: string, now: number): ReceivedMessage {
  const attributes = JSON.parse(String(row["attributes"])) as MessageAttributes;
  const body = String(row["body"]);
  const traceHeader = row["trace_header"];
  const source = row["dead_letter_source"];
  const firstReceivedAt = row["first_received_at"];
  return {
    messageId: String(row["id"]),
    receiptHandle,
    body,
    md5OfBody: md5OfText(body),
    attributes,
    md5OfAttributes: md5OfAttributes(attributes),
    systemAttributes: {
      ApproximateReceiveCount: String(Number(row["receive_count"]) + 1),
      ...(typeof traceHeader === "string" ? { AWSTraceHeader: traceHeader } : {}),
      SentTimestamp: String(row["sent_at"]),
      SenderId: String(row["sender"]),
      ApproximateFirstReceiveTimestamp: String(typeof firstReceivedAt === "number" ? firstReceivedAt : now),
      ...(typeof source === "string" ? { DeadLetterQueueSourceArn: source } : {}),
    },
  };
}
