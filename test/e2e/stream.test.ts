import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { startSpotlight, type Spotlight } from "../support/spotlight.ts";

interface Message {
  type: string;
  id: string;
  subject?: { kind: string; id: string };
}

/** The stream of changes at the page's address, as a page or a script uses it. */
describe("the stream of changes", function () {
  this.timeout(60_000);
  let data: string;
  let spotlight: Spotlight;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "stream-"));
    spotlight = await startSpotlight(data);
  });
  after(async () => {
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  /** Connects, and tells what it knows. */
  async function follow(after?: string): Promise<{ socket: WebSocket; next: () => Promise<Message> }> {
    const socket = new WebSocket(`${spotlight.outputs.pageUrl.replace(/^http/, "ws")}/stream`);
    const arrived: Message[] = [];
    const waiting: ((message: Message) => void)[] = [];
    socket.on("message", (bytes: Buffer) => {
      const message = JSON.parse(bytes.toString()) as Message;
      const resolve = waiting.shift();
      if (resolve === undefined) arrived.push(message);
      else resolve(message);
    });
    await once(socket, "open");
    socket.send(JSON.stringify({ after }));
    return {
      socket,
      async next() {
        const message = arrived.shift();
        return message ?? new Promise<Message>((resolve) => waiting.push(resolve));
      },
    };
  }

  async function create(name: string): Promise<number> {
    const begun = performance.now();
    const response = await fetch(`${spotlight.outputs.apiUrl}/people`, {
      method: "POST",
      headers: { authorization: `Bearer ${spotlight.outputs.adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ name }),
    });
    assert.equal(response.status, 201);
    return begun;
  }

  /** The next message about this person; others may come between. */
  async function about(person: string, next: () => Promise<Message>): Promise<Message> {
    for (;;) {
      const message = await next();
      if (message.subject?.id === person) return message;
    }
  }

  it("tells a client what changes, within a second", async () => {
    const { socket, next } = await follow();
    assert.equal((await next()).type, "reset");
    const tookMs: number[] = [];
    for (let i = 1; i <= 20; i++) {
      const begun = await create(`Ada ${i}`);
      const message = await about(`ada-${i}`, next);
      tookMs.push(performance.now() - begun);
      assert.deepEqual([message.type, message.subject], ["person.changed", { kind: "person", id: `ada-${i}` }]);
    }
    tookMs.sort((a, b) => a - b);
    // The first also starts the functions.
    console.log(`      request to message: median ${tookMs[10]!.toFixed(0)} ms, most ${tookMs.at(-1)!.toFixed(0)} ms`);
    assert.ok(tookMs[18]! < 1000, `nineteen of twenty took up to ${tookMs[18]} ms`);
    socket.close();
    await once(socket, "close");
  });

  it("tells a client that was away what it missed", async () => {
    const before = await follow();
    const { id } = await before.next();
    before.socket.terminate();
    await create("Grace");
    const { socket, next } = await follow(id);
    const missed = await about("grace", next);
    assert.equal(missed.type, "person.changed");
    assert.ok(missed.id > id);
    // From there, it goes on.
    await create("Joan");
    assert.equal((await about("joan", next)).type, "person.changed");
    socket.close();
  });

  it("is at the page's address only", async () => {
    const direct = new WebSocket(`${spotlight.environment["AWS_ENDPOINT_URL"]?.replace(/^http/, "ws")}/stream`);
    const [, response] = (await once(direct, "unexpected-response")) as [unknown, { statusCode: number }];
    assert.equal(response.statusCode, 403);
  });

  it("is named by the API", async () => {
    const response = await fetch(`${spotlight.outputs.apiUrl}/stream`);
    assert.equal(response.status, 426);
    assert.equal(((await response.json()) as { code: string }).code, "upgrade-required");
  });
});
