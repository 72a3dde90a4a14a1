import { dirname } from "node:path";
import { forwardNow } from "../../forward-clock.ts";
import { openDatabase, transaction } from "../../database.ts";
import { isDiskFull, isFull } from "../../disk.ts";
import type { Log } from "../../log.ts";
import { onceThereIsRoom } from "./once-there-is-room.ts";

/** How often a full disk is looked at, in milliseconds. */
const whileFullMs = 1_000;

const schema = `
  CREATE TABLE IF NOT EXISTS delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    lane TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    in_flight INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS delivery_due ON delivery (in_flight, lane, due_at);
`;

/** A pending delivery from one service to another: an event to a function, a message to a subscriber. */
export interface Delivery {
  id: string;
  /** Deliveries of one lane share a concurrency bound (a function, a rule's target, a subscription). */
  lane: string;
  body: string;
  /** Attempts before this one. */
  attempts: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/**
 * `done` forgets the delivery, also when it was given up; otherwise it is retried after `retryInMs`. `keep` leaves
 * it for the next start.
 */
export type Outcome = "done" | "keep" | { retryInMs: number };

export interface Outbox {
  /** Stores deliveries; when it returns, they survive a SIGKILL. */
  add(deliveries: readonly { lane: string; body: string; id?: string }[]): void;
  /** Starts delivering, including what an earlier run left. Until then, deliveries are only stored. */
  start(): void;
  /** Checks for due deliveries again, for example after a lane became free. */
  wake(): void;
  /** Stops delivering and waits for running attempts. */
  stop(): Promise<void>;
}

/**
 * A durable list of deliveries with retries: at least once, in order of arrival as far as retries allow. `deliver`
 * makes one attempt and must not throw; an exception is logged and retried after 5 s. While the disk is full, nothing
 * is delivered: whoever receives something has something to write.
 */
export function openOutbox(options: {
  file: string;
  log: Log;
  deliver(delivery: Delivery): Promise<Outcome>;
  /** How many more deliveries of the lane may start now, given how many are running. */
  room?: (lane: string, active: number) => number;
  /** Whether the file's disk is full. */
  full?: () => boolean;
}): Outbox {
  const database = openDatabase(options.file, schema);
  // Deliveries that were running when the process died were not confirmed, so they are still pending.
  database.exec("UPDATE delivery SET in_flight = 0 WHERE in_flight = 1");
  // Those of a run whose clock was ahead of this one's.
  database
    .prepare("UPDATE delivery SET due_at = due_at - created_at + ?1, created_at = ?1 WHERE created_at > ?1")
    .run(forwardNow());
  const insert = database.prepare("INSERT INTO delivery (id, lane, body, created_at, due_at) VALUES (?, ?, ?, ?, ?)");
  const dueLanes = database.prepare("SELECT DISTINCT lane FROM delivery WHERE in_flight = 0 AND due_at <= ?");
  const due = database.prepare(
    `SELECT seq, id, body, attempts, created_at FROM delivery
      WHERE in_flight = 0 AND lane = ? AND due_at <= ? ORDER BY seq LIMIT ?`,
  );
  const next = database.prepare("SELECT MIN(due_at) AS at FROM delivery WHERE in_flight = 0 AND due_at > ?");
  const claim = database.prepare("UPDATE delivery SET in_flight = 1 WHERE seq = ?");
  const forget = database.prepare("DELETE FROM delivery WHERE seq = ?");
  const again = database.prepare(
    "UPDATE delivery SET in_flight = 0, attempts = attempts + 1, due_at = ? WHERE seq = ?",
  );

  const room = options.room ?? ((_lane: string, active: number) => 4 - active);
  const active = new Map<string, number>();
  const attempts = new Set<Promise<void>>();
  const { full = () => isFull(dirname(options.file)) } = options;
  const stopping = new AbortController();
  let running = false;
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    if (!running) return;
    clearTimeout(timer);
    try {
      if (full()) timer = setTimeout(wake, whileFullMs);
      else begin();
    } catch (cause) {
      // Whoever added something has been told that it is stored.
      if (!isDiskFull(cause)) throw cause;
      timer = setTimeout(wake, whileFullMs);
    }
  }

  function begin(): void {
    const now = forwardNow();
    for (const row of dueLanes.all(now)) {
      const lane = String(row["lane"]);
      const free = room(lane, active.get(lane) ?? 0);
      if (free <= 0) continue;
      for (const found of due.all(lane, now, free)) {
        const seq = Number(found["seq"]);
        claim.run(seq);
        active.set(lane, (active.get(lane) ?? 0) + 1);
        const delivery = {
          id: String(found["id"]),
          lane,
          body: String(found["body"]),
          attempts: Number(found["attempts"]),
          createdAt: Number(found["created_at"]),
        };
        const attempt = run(seq, delivery).finally(() => attempts.delete(attempt));
        attempts.add(attempt);
      }
    }
    const at = next.get(now)?.["at"];
    if (typeof at === "number") timer = setTimeout(wake, Math.min(Math.max(at - forwardNow(), 1), 60_000));
  }

  async function run(seq: number, delivery: Delivery): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await options.deliver(delivery);
    } catch (cause) {
      if (!isDiskFull(cause))
        options.log.error(
          `Delivery ${delivery.id} to ${delivery.lane} failed in the engine; trying again in 5 s`,
          cause,
        );
      outcome = { retryInMs: 5000 };
    }
    try {
      await onceThereIsRoom(() => {
        if (outcome === "done") forget.run(seq);
        else if (outcome !== "keep") again.run(forwardNow() + outcome.retryInMs, seq);
      }, stopping.signal);
    } catch (cause) {
      // Not confirmed: the next start delivers it again.
      if (!stopping.signal.aborted) throw cause;
    }
    active.set(delivery.lane, (active.get(delivery.lane) ?? 1) - 1);
    wake();
  }

  return {
    add(deliveries) {
      const now = forwardNow();
      transaction(database, () => {
        for (const { lane, body, id } of deliveries) insert.run(id ?? crypto.randomUUID(), lane, body, now, now);
      });
      wake();
    },
    start() {
      running = true;
      wake();
    },
    wake,
    async stop() {
      running = false;
      clearTimeout(timer);
      stopping.abort();
      await Promise.allSettled(attempts);
      database.close();
    },
  };
}
