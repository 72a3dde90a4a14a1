import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openMessageStore } from "../../../../local/aws/sqs/store.ts";

describe("sqs: the message store", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "spotlight-sqs-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("loses no message when its process is killed, and releases the messages that a dead consumer held", async () => {
    const child = fork(join(import.meta.dirname, "sender.ts"), [folder]);
    await once(child, "message");
    child.kill("SIGKILL");
    await once(child, "exit");
    const store = openMessageStore(folder);
    assert.deepEqual(store.counts("queue"), { visible: 1, inFlight: 1, delayed: 0 });
    assert.equal(store.releaseHeld("queue", "consumer"), 1);
    const { taken } = store.take("queue", { max: 10, visibilityMs: 1000 });
    assert.deepEqual(
      taken.map(({ body, systemAttributes }) => [body, systemAttributes["ApproximateReceiveCount"]]).sort(),
      [
        ["one", "2"],
        ["two", "1"],
      ],
    );
    store.close();
  });

  it("shows messages that were sent before the clock was set back, in this run and in one before", () => {
    const message = { attributes: {}, sender: "test", delaySeconds: 0, retentionSeconds: 60 };
    const before = openMessageStore(folder);
    before.insert("queue", [{ body: "one", ...message }]);
    before.close();
    const database = new DatabaseSync(join(folder, "sqs.db"));
    const ahead = ["sent_at", "visible_at", "expires_at"].map((time) => `${time} = ${time} + 3600000`);
    database.exec(`UPDATE message SET ${ahead.join(", ")}`);
    database.close();
    const store = openMessageStore(folder);
    store.insert("queue", [{ body: "two", ...message }]);
    const ofDay = Date.now;
    Date.now = () => ofDay() - 3_600_000;
    try {
      const { taken } = store.take("queue", { max: 10, visibilityMs: 1000 });
      assert.deepEqual(taken.map(({ body }) => body).sort(), ["one", "two"]);
    } finally {
      Date.now = ofDay;
      store.close();
    }
  });

  it("names a message as next that became visible since a receiver looked, or it would wait in vain", () => {
    const store = openMessageStore(folder);
    const looked = Date.now() - 1;
    store.insert("queue", [{ body: "new", attributes: {}, sender: "test", delaySeconds: 0, retentionSeconds: 60 }]);
    const at = store.nextVisibleAt("queue", looked);
    assert.ok(at !== undefined && at > looked && at <= Date.now());
    assert.equal(store.nextVisibleAt("queue", at), undefined);
    store.close();
  });

  it("drops messages after the retention period", () => {
    const store = openMessageStore(folder);
    store.insert("queue", [{ body: "old", attributes: {}, sender: "test", delaySeconds: 0, retentionSeconds: -1 }]);
    assert.deepEqual(store.counts("queue"), { visible: 0, inFlight: 0, delayed: 0 });
    assert.deepEqual(store.take("queue", { max: 1, visibilityMs: 1000 }), { taken: [], diverted: 0 });
    store.close();
  });
});
