import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Static } from "typebox";
import type { ChannelSchema } from "../../api/schemas/channel.ts";
import { publish, type Publisher } from "../../local/media/publisher/publish.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

type Channel = Static<typeof ChannelSchema>;

describe("rotating the admin token and a stream key", function () {
  this.timeout(60_000);
  let data: string;
  let spotlight: Spotlight | undefined;
  before(async () => {
    data = await mkdtemp(join(tmpdir(), "rotation-"));
  });
  after(async () => {
    await spotlight?.stop();
    await rm(data, { recursive: true, force: true });
  });

  const start = async (...options: string[]): Promise<Spotlight> => {
    await spotlight?.stop();
    return (spotlight = await startSpotlight(data, options));
  };
  const call = (method: string, path: string, token: string): Promise<Response> =>
    fetch(`${spotlight!.outputs.apiUrl}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  /** The status of a call that writes. */
  const statusOf = async (token: string): Promise<number> => (await call("DELETE", "/people/nobody", token)).status;
  const stream = (server: string, key: string): Publisher =>
    publish({
      url: `${server}/${key}`,
      scenes: [{ picture: "test", seconds: 20 }],
      width: 320,
      height: 180,
      preset: "ultrafast",
    });

  it("leaves the old ones no way in, and the new ones hold over a restart", async () => {
    const first = await start();
    const { outputs: before } = first;
    const rotated = await call("POST", "/admin-token/rotate", before.adminToken);
    assert.equal(rotated.status, 201);
    const { token } = (await rotated.json()) as { token: string };
    assert.deepEqual([await statusOf(before.adminToken), await statusOf(token)], [404, 404]);
    await endMinute(first);

    const second = await start("--config", 'channels=[{"id":"main","name":"Main","streamKeyVersion":2}]');
    assert.deepEqual([await statusOf(before.adminToken), await statusOf(token)], [401, 404]);
    await until(() => second.log().includes("The token was rotated: open"), {
      within: 5000,
      what: () => `a panel in ${second.log()}`,
    });
    assert.equal(second.log().includes(before.adminToken), false);

    const channel = async (): Promise<Channel> =>
      (await (await call("GET", "/channels/main", token)).json()) as Channel;
    const { server = "", streamKey = "" } = (await channel()).ingest ?? {};
    assert.equal(streamKey, second.outputs.streamKey);
    assert.notEqual(streamKey, before.streamKey);
    await assert.rejects(stream(server, before.streamKey).done);
    const alert = await until(async () => (await channel()).ingest?.alerts[0], {
      within: 5000,
      what: () => "an alert",
    });
    assert.equal(
      alert.message,
      "An encoder was refused: the server address or the stream key is wrong: copy both from the page.",
    );
    const accepted = stream(server, streamKey);
    await accepted.started;
    await accepted.stop();
  });
});

/** Lets the minute pass for which a replaced token counts. */
async function endMinute({ environment, outputs }: Spotlight): Promise<void> {
  const read = (name: string): string => environment[name] ?? "";
  const plain = new DynamoDBClient({
    endpoint: read("AWS_ENDPOINT_URL"),
    region: read("AWS_REGION"),
    credentials: { accessKeyId: read("AWS_ACCESS_KEY_ID"), secretAccessKey: read("AWS_SECRET_ACCESS_KEY") },
  });
  const { TableNames: [TableName] = [] } = await plain.send(new ListTablesCommand({}));
  await DynamoDBDocumentClient.from(plain).send(
    new UpdateCommand({
      TableName,
      Key: { pk: "ADMIN-TOKEN", sk: `SEED#${createHash("sha256").update(outputs.adminToken).digest("hex")}` },
      UpdateExpression: "SET previousUntil = :past",
      ConditionExpression: "previousUntil > :past",
      ExpressionAttributeValues: { ":past": Date.now() - 1 },
    }),
  );
  plain.destroy();
}
