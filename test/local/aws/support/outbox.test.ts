import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openOutbox, type Delivery, type Outcome } from "../../../../local/aws/support/outbox.ts";
import { createLog } from "../../../../local/log.ts";
import { eventually } from "../../../support/cloud.ts";

const quiet = { ...createLog(), error: () => undefined };

describe("support: the outbox", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "spotlight-outbox-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = (deliver: (delivery: Delivery) => Promise<Outcome>, room?: (lane: string, active: number) => number) =>
    openOutbox({ file: join(folder, "outbox.db"), log: quiet, deliver, ...(room === undefined ? {} : { room }) });

  it("stores before it is started, then delivers in order", async () => {
    const bodies: string[] = [];
    const outbox = open(
      async ({ body }) => (bodies.push(body), "done"),
      (_lane, active) => 1 - active,
    );
    outbox.add([
      { lane: "a", body: "1" },
      { lane: "a", body: "2" },
    ]);
    outbox.add([{ lane: "a", body: "3" }]);
    assert.deepEqual(bodies, []);
    outbox.start();
    await eventually(() => (bodies.length === 3 ? true : undefined), "three deliveries");
    assert.deepEqual(bodies, ["1", "2", "3"]);
    await outbox.stop();
  });

  it("retries after the delay that the attempt asks for, and counts attempts", async () => {
    const attempts: number[] = [];
    const outbox = open(
      async (delivery) => (attempts.push(delivery.attempts), delivery.attempts < 2 ? { retryInMs: 5 } : "done"),
    );
    outbox.start();
    outbox.add([{ lane: "a", body: "x" }]);
    await eventually(() => (attempts.length === 3 ? true : undefined), "three attempts");
    assert.deepEqual(attempts, [0, 1, 2]);
    await outbox.stop();
  });

  it("delivers at once what was added before the clock was set back", async () => {
    const bodies: string[] = [];
    const outbox = open(async ({ body }) => (bodies.push(body), "done"));
    outbox.add([{ lane: "a", body: "before" }]);
    const ofDay = Date.now;
    Date.now = () => ofDay() - 3_600_000;
    try {
      outbox.start();
      outbox.add([{ lane: "a", body: "after" }]);
      await eventually(() => (bodies.length === 2 ? true : undefined), "both deliveries");
      assert.deepEqual(bodies, ["before", "after"]);
    } finally {
      Date.now = ofDay;
      await outbox.stop();
    }
  });

  it("delivers at once what a run added whose clock was an hour ahead", async () => {
    const first = open(async () => "done");
    first.add([{ lane: "a", body: "x" }]);
    await first.stop();
    const database = new DatabaseSync(join(folder, "outbox.db"));
    database.exec("UPDATE delivery SET created_at = created_at + 3600000, due_at = due_at + 3600000");
    database.close();
    const ages: number[] = [];
    const second = open(async ({ createdAt }) => (ages.push(Date.now() - createdAt), "done"));
    second.start();
    await eventually(() => (ages.length === 1 ? true : undefined), "the delivery");
    assert.ok(ages[0]! >= 0 && ages[0]! < 60_000, `${ages[0]} ms`);
    await second.stop();
  });

  it("stores and delivers nothing more while the disk is full, and goes on by itself", async () => {
    let full = true;
    const attempts: number[] = [];
    const outbox = openOutbox({
      file: join(folder, "outbox.db"),
      log: quiet,
      full: () => full,
      deliver: async (delivery) => (attempts.push(delivery.attempts), "done"),
    });
    outbox.start();
    outbox.add([{ lane: "a", body: "x" }]);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(attempts, []);
    full = false;
    await eventually(() => (attempts.length === 1 ? true : undefined), "the delivery");
    assert.deepEqual(attempts, [0]);
    await outbox.stop();
  });

  it("limits each lane separately", async () => {
    const gate = Promise.withResolvers<undefined>();
    const begun: string[] = [];
    const outbox = open(
      async ({ lane, body }) => {
        begun.push(lane + body);
        await gate.promise;
        return "done";
      },
      (lane, active) => (lane === "a" ? 1 : 2) - active,
    );
    outbox.start();
    outbox.add(
      ["1", "2", "3"].flatMap((body) => [
        { lane: "a", body },
        { lane: "b", body },
      ]),
    );
    assert.deepEqual(begun.sort(), ["a1", "b1", "b2"]);
    gate.resolve(undefined);
    await eventually(() => (begun.length === 6 ? true : undefined), "all six");
    await outbox.stop();
  });

  it("keeps deliveries that were kept or not started when it stopped", async () => {
    const first = open(async () => "keep");
    first.add([{ lane: "a", body: "kept", id: "1" }]);
    first.start();
    await first.stop();
    const ids: string[] = [];
    const second = open(async ({ id }) => (ids.push(id), "done"));
    second.add([{ lane: "a", body: "new", id: "2" }]);
    second.start();
    await eventually(() => (ids.length === 2 ? true : undefined), "both deliveries");
    assert.deepEqual(ids, ["1", "2"]);
    await second.stop();
  });
});
