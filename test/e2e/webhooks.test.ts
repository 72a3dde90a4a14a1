import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

/** A request as the receiver gets it. */
interface Received {
  id: string;
  timestamp: string;
  signature: string;
  body: string;
}

/** From a write of the API through the table's stream, the bus and the queue to somebody's server, with real grants. */
describe("webhooks", function () {
  this.timeout(90_000);
  let data: string;
  let spotlight: Spotlight;
  let receiver: Server;
  let received: Received[];
  /** What the receiver answers, in turn; then 204. */
  let answers: number[];

  before(async () => {
    [received, answers] = [[], []];
    receiver = createServer((request, response) => {
      let body = "";
      request.on("data", (bytes: Buffer) => (body += bytes.toString()));
      request.on("end", () => {
        const header = (name: string): string => String(request.headers[name]);
        received.push({
          id: header("webhook-id"),
          timestamp: header("webhook-timestamp"),
          signature: header("webhook-signature"),
          body,
        });
        response.writeHead(answers.shift() ?? 204).end();
      });
    });
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    data = await mkdtemp(join(tmpdir(), "spotlight-webhooks-"));
    spotlight = await startSpotlight(data, ["--config", "people=[]"]);
  });
  after(async () => {
    await spotlight.stop();
    receiver.closeAllConnections();
    receiver.close();
    await rm(data, { recursive: true, force: true });
  });

  const send = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${spotlight.outputs.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${spotlight.outputs.adminToken}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const arrived = (number: number): Promise<Received> =>
    until(() => received[number - 1], {
      within: 15_000,
      what: () => `request ${number} arrived; log:\n${spotlight.log()}`,
    });

  it("bring a change signed, and again when the receiver could not take it", async () => {
    const { port } = receiver.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    const created = await send("POST", "/webhooks", { url, types: ["person.changed"] });
    assert.equal(created.status, 201);
    const { id, secret } = (await created.json()) as { id: string; secret: string };

    answers.push(500);
    assert.equal((await send("POST", "/people", { name: "Ada" })).status, 201);
    const [first, second] = [await arrived(1), await arrived(2)];
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    for (const { id: event, timestamp, signature, body } of [first, second]) {
      const expected = createHmac("sha256", key).update(`${event}.${timestamp}.${body}`).digest("base64");
      assert.equal(signature, `v1,${expected}`);
    }
    assert.deepEqual([second.id, second.body], [first.id, first.body]);
    const { type, data: change } = JSON.parse(first.body) as { type: string; data: Record<string, unknown> };
    assert.equal(type, "person.changed");
    assert.deepEqual([change["id"], change["subject"]], [first.id, { kind: "person", id: "ada" }]);
    assert.ok(Number(second.timestamp) - Number(first.timestamp) >= 4);

    assert.equal((await send("POST", `/webhooks/${id}/test`)).status, 202);
    assert.equal((JSON.parse((await arrived(3)).body) as { type: string }).type, "webhook.test");
    const last = await until(
      async () => {
        const { items } = (await (await send("GET", "/webhooks")).json()) as {
          items: { lastDelivery: { type: string; status: number; attempts: number }; failures: number }[];
        };
        return items[0]?.lastDelivery.type === "webhook.test" ? items[0] : undefined;
      },
      { within: 5000, what: () => "the test's delivery is noted" },
    );
    assert.equal(last.failures, 0);
    assert.partialDeepStrictEqual(last.lastDelivery, { status: 204, attempts: 1 });
    assert.equal((await send("DELETE", `/webhooks/${id}`)).status, 204);
  });
});
