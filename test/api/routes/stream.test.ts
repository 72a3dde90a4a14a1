import assert from "node:assert/strict";
import { startHarness, type Harness } from "../support/harness.ts";

describe("GET /stream", () => {
  let harness: Harness;
  before(async () => (harness = await startHarness()));
  after(() => harness.stop());

  it("says that the stream is a WebSocket, and where", async () => {
    const response = await harness.app.inject("/api/stream");
    assert.equal(response.statusCode, 426);
    assert.equal(response.headers["content-type"], "application/problem+json");
    assert.equal(response.headers["upgrade"], "websocket");
    const { code, detail } = response.json<{ code: string; detail: string }>();
    assert.equal(code, "upgrade-required");
    assert.match(detail, /wss:\/\/HOST\/stream/);
  });

  it("describes the messages in the document", async () => {
    const { components, paths } = (await harness.app.inject("/api/openapi.json")).json<{
      components: { schemas: { StreamMessage: { anyOf: { properties: { type: { enum: string[] } } }[] } } };
      paths: Record<string, { get: { responses: Record<string, { content: Record<string, unknown> }> } }>;
    }>();
    assert.deepEqual(paths["/stream"]?.get.responses["101"]?.content, {
      "application/json": { schema: { $ref: "#/components/schemas/StreamMessage" } },
    });
    assert.deepEqual(
      components.schemas.StreamMessage.anyOf.flatMap(({ properties }) => properties.type.enum),
      [
        "clip.ready",
        "clip.changed",
        "clip.removed",
        "person.appeared",
        "person.changed",
        "recording.changed",
        "channel.changed",
        "export.changed",
        "reset",
      ],
    );
  });
});
