import assert from "node:assert/strict";
import { createPool } from "../../../../local/aws/lambda/pool.ts";
import { SandboxStopped, type InvocationResult, type Sandbox } from "../../../../local/aws/lambda/sandbox.ts";
import { eventually } from "../../../support/cloud.ts";

interface FakeSandbox extends Sandbox {
  stopped: boolean;
  finish(payload: string): void;
}

function fakeSandboxes(): { all: FakeSandbox[]; start: () => Sandbox } {
  const all: FakeSandbox[] = [];
  return {
    all,
    start() {
      let settle: PromiseWithResolvers<InvocationResult> | undefined;
      const sandbox: FakeSandbox = {
        stopped: false,
        alive: () => !sandbox.stopped,
        invoke() {
          settle = Promise.withResolvers();
          return settle.promise;
        },
        finish: (payload) => settle?.resolve({ payload, durationMs: 1 }),
        async stop() {
          sandbox.stopped = true;
          settle?.reject(new SandboxStopped());
        },
      };
      all.push(sandbox);
      return sandbox;
    },
  };
}

const request = { requestId: "1", event: "{}" };

describe("lambda: the pool of a function's sandboxes", () => {
  it("reuses an idle sandbox and starts others only while all are busy", async () => {
    const sandboxes = fakeSandboxes();
    const pool = createPool({ start: sandboxes.start, bound: 2, idleMs: 10_000 });
    const first = pool.run(request);
    sandboxes.all[0]!.finish("1");
    assert.equal((await first).payload, "1");
    const [second, third, fourth] = [pool.run(request), pool.run(request), pool.run(request)];
    assert.equal(sandboxes.all.length, 2);
    assert.equal(pool.free(), 0);
    sandboxes.all[0]!.finish("2");
    assert.equal((await second).payload, "2");
    await eventually(() => (pool.free() === 0 ? true : undefined), "the waiting job's start");
    sandboxes.all[1]!.finish("3");
    sandboxes.all[0]!.finish("4");
    assert.deepEqual([(await third).payload, (await fourth).payload], ["3", "4"]);
    assert.equal(sandboxes.all.length, 2);
    await pool.close();
  });

  it("retires an idle sandbox", async () => {
    const sandboxes = fakeSandboxes();
    const pool = createPool({ start: sandboxes.start, bound: 2, idleMs: 5 });
    const first = pool.run(request);
    sandboxes.all[0]!.finish("1");
    await first;
    await eventually(() => (sandboxes.all[0]!.stopped ? true : undefined), "the retirement");
    const second = pool.run(request);
    assert.equal(sandboxes.all.length, 2);
    sandboxes.all[1]!.finish("2");
    assert.equal((await second).payload, "2");
    await pool.close();
  });

  it("stops running and waiting invocations when it closes", async () => {
    const sandboxes = fakeSandboxes();
    const pool = createPool({ start: sandboxes.start, bound: 1, idleMs: 10_000 });
    const outcomes = Promise.allSettled([pool.run(request), pool.run(request)]);
    await pool.close();
    assert.deepEqual(
      (await outcomes).map((outcome) => outcome.status === "rejected" && outcome.reason instanceof SandboxStopped),
      [true, true],
    );
    await assert.rejects(pool.run(request), SandboxStopped);
  });
});
