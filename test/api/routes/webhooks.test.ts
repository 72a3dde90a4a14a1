import assert from "node:assert/strict";
import { sent } from "../support/aws.ts";
import { asAdmin, startHarness, type Harness } from "../support/harness.ts";
import { assertProblem } from "../support/problem.ts";

const url = "https://example.com/spotlight";

interface WebhookAnswer {
  id: string;
  types: string[];
  secret?: string;
}

describe("/webhooks", () => {
  let harness: Harness;
  beforeEach(async () => (harness = await startHarness()));
  afterEach(() => harness.stop());

  const send = (method: "GET" | "POST" | "DELETE", path: string, payload?: object, headers = asAdmin) =>
    harness.app.inject({ method, url: `/api${path}`, headers, ...(payload !== undefined && { payload }) });

  it("adds a webhook, and shows its secret this once", async () => {
    const response = await send("POST", "/webhooks", { url });
    assert.equal(response.statusCode, 201);
    const { id, secret, ...rest } = response.json<WebhookAnswer>();
    assert.match(secret ?? "", /^whsec_/);
    const shown = {
      url,
      types: ["clip.ready", "clip.changed", "person.appeared"],
      createdAt: "2026-11-22T18:30:00.000Z",
      disabled: false,
      failures: 0,
      lastDelivery: null,
    };
    assert.deepEqual(rest, shown);
    const list = await send("GET", "/webhooks");
    assert.deepEqual(list.json(), { items: [{ id, ...shown }] });
    assert.equal(list.headers["cache-control"], "no-store");
    const delivery = { at: "2026-11-22T18:31:00.000Z", type: "clip.ready", status: 500, attempts: 2 };
    await harness.catalogue.webhooks.tried(id, delivery, "failed");
    assert.deepEqual((await send("GET", "/webhooks")).json(), {
      items: [{ id, ...shown, failures: 1, lastDelivery: delivery }],
    });
  });

  it("takes the types that are asked for, and no others", async () => {
    const asked = await send("POST", "/webhooks", { url, types: ["export.changed"] });
    assert.deepEqual(asked.json<WebhookAnswer>().types, ["export.changed"]);
    for (const types of [[], ["clip.gone"], ["clip.ready", "clip.ready"]])
      assertProblem(await send("POST", "/webhooks", { url, types }), "invalid-request", "/api/webhooks");
  });

  it("refuses addresses that are not public, and a twenty-first webhook", async () => {
    const { detail } = assertProblem(
      await send("POST", "/webhooks", { url: "https://169.254.169.254/latest/meta-data" }),
      "unsuitable-url",
      "/api/webhooks",
    );
    assert.equal(detail, "Choose another URL: the address 169.254.169.254 is not public.");
    assertProblem(await send("POST", "/webhooks", { url: "http://example.com" }), "unsuitable-url", "/api/webhooks");
    for (let at = 0; at < 20; at++) await harness.catalogue.webhooks.create({ url, types: ["clip.ready"] });
    assertProblem(await send("POST", "/webhooks", { url }), "too-many-webhooks", "/api/webhooks");
  });

  it("deletes one", async () => {
    const { id } = await harness.catalogue.webhooks.create({ url, types: ["clip.ready"] });
    assert.equal((await send("DELETE", `/webhooks/${id}`)).statusCode, 204);
    assertProblem(await send("DELETE", `/webhooks/${id}`), "webhook-not-found", `/api/webhooks/${id}`);
  });

  it("sends a test event to one, unless its receiver is gone", async () => {
    harness.aws.on("SendMessage", sent);
    const { id } = await harness.catalogue.webhooks.create({ url, types: ["clip.ready"] });
    const response = await send("POST", `/webhooks/${id}/test`);
    assert.equal(response.statusCode, 202);
    const event = response.json<{ id: string }>();
    const [{ input } = { input: undefined }] = harness.aws.calls;
    const { QueueUrl: queue, MessageBody: message } = input as { QueueUrl: string; MessageBody: string };
    assert.equal(queue, `${harness.aws.url}/000000000000/webhooks`);
    const at = "2026-11-22T18:30:00.000Z";
    assert.deepEqual(JSON.parse(message), {
      webhook: id,
      id: event.id,
      type: "webhook.test",
      body: JSON.stringify({
        type: "webhook.test",
        timestamp: at,
        data: { id: event.id, type: "webhook.test", at },
      }),
    });
    await harness.catalogue.webhooks.tried(id, { at, type: "webhook.test", status: 410, attempts: 1 }, "gone");
    assertProblem(await send("POST", `/webhooks/${id}/test`), "webhook-disabled", `/api/webhooks/${id}/test`);
    assertProblem(await send("POST", "/webhooks/other/test"), "webhook-not-found", "/api/webhooks/other/test");
  });

  it("is for editors only", async () => {
    for (const [method, path] of [
      ["GET", "/webhooks"],
      ["POST", "/webhooks"],
      ["DELETE", "/webhooks/1"],
      ["POST", "/webhooks/1/test"],
    ] as const)
      assertProblem(await harness.app.inject({ method, url: `/api${path}` }), "unauthorized", `/api${path}`);
  });
});
