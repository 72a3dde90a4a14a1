import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetFunctionConfigurationCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { openState } from "../../../local/engine/state.ts";
import { publish } from "../../../local/media/publisher/publish.ts";
import { startSpotlight, type Spotlight } from "../../support/spotlight.ts";

interface Channel {
  id: string;
  ingest: { server: string; streamKey: string };
}

/** Two runs of the real program on one data folder with different configurations. */
describe("configuration that changes between two starts", function () {
  this.timeout(120_000);
  let data: string;
  let spotlight: Spotlight | undefined;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "spotlight-"));
  });
  after(async () => {
    await spotlight?.stop();
    await rm(data, { recursive: true, force: true });
  });

  async function restart(...config: string[]): Promise<Spotlight> {
    await spotlight?.stop();
    spotlight = undefined;
    return (spotlight = await startSpotlight(
      data,
      config.flatMap((setting) => ["--config", setting]),
    ));
  }

  async function call<Body>(path: string, method = "GET", json?: unknown): Promise<Body> {
    assert.ok(spotlight !== undefined);
    const { apiUrl, adminToken } = spotlight.outputs;
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${adminToken}`,
        ...(json === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return (await (response.status === 204 ? {} : response.json())) as Body;
  }

  const channels = async (): Promise<Channel[]> => (await call<{ items: Channel[] }>("/channels")).items;
  const people = async (): Promise<string[]> =>
    (await call<{ items: { id: string }[] }>("/people")).items.map(({ id }) => id).sort();

  /** Streams for a second; returns whether the key was accepted. */
  async function accepts({ server, streamKey }: Channel["ingest"]): Promise<boolean> {
    const publisher = publish({
      url: `${server}/${streamKey}`,
      scenes: [{ picture: "test", seconds: 1 }],
      width: 320,
      height: 180,
      preset: "ultrafast",
    });
    publisher.started.catch(() => undefined);
    return publisher.done.then(
      () => true,
      () => false,
    );
  }

  async function variablesOf({ environment }: Spotlight, name: string): Promise<Record<string, string>> {
    const client = new LambdaClient(clientOf(environment));
    const { Functions: functions = [] } = await client.send(new ListFunctionsCommand({}));
    const found = functions.find(({ FunctionName: full }) => full?.startsWith(`${name}-`));
    assert.ok(found !== undefined, `no function ${name}`);
    const { Environment: given } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName: found.FunctionName }),
    );
    return given?.Variables ?? {};
  }

  /** Returns the rollover interval of each live channel. */
  function rollovers(): string[] {
    const state = openState(data);
    try {
      const live = state.all().filter(({ type }) => type === "aws:cloudformation/stack:Stack");
      return live.map(
        ({ name, inputs }) => `${name} ${/"RolloverInterval":(\d+)/.exec(String(inputs["templateBody"]))?.[1]}`,
      );
    } finally {
      state.close();
    }
  }

  it("takes effect, keeps what did not change, and rejects the key of a removed channel", async () => {
    const first = await restart(
      'channels=[{"id":"main","name":"Main"},{"id":"court-2","name":"Court 2"}]',
      'people=["Ada","Grace"]',
      "rolloverSeconds=10",
      "similarityThreshold=80",
    );
    const before = await channels();
    assert.deepEqual(
      before.map(({ id }) => id),
      ["main", "court-2"],
    );
    assert.deepEqual(await people(), ["ada", "grace"]);
    assert.equal((await variablesOf(first, "clips-index-clips"))["SIMILARITY_THRESHOLD"], "80");
    assert.deepEqual(rollovers(), ["channel-main 10", "channel-court-2 10"]);
    const court = before.find(({ id }) => id === "court-2");
    assert.ok(court !== undefined);
    assert.equal(await accepts(court.ingest), true);
    await call("/people", "POST", { name: "Added on the page" });

    const second = await restart(
      'people=["Ada","Alan"]',
      "rolloverSeconds=20",
      "similarityThreshold=65",
      'ladder=[{"name":"360p","height":360,"bitrate":700000}]',
    );
    const [main, ...others] = await channels();
    assert.deepEqual(others, []);
    assert.deepEqual([main?.id, main?.ingest.streamKey], ["main", before[0]?.ingest.streamKey]);
    assert.equal(second.outputs.adminToken, first.outputs.adminToken);
    // Grace was removed from the configuration; the person added on the page stays.
    assert.deepEqual(await people(), ["ada", "added-on-the-page", "alan"]);
    assert.equal((await variablesOf(second, "clips-index-clips"))["SIMILARITY_THRESHOLD"], "65");
    assert.deepEqual(JSON.parse((await variablesOf(second, "clips-convert-recording"))["LADDER"] ?? ""), [
      { name: "360p", height: 360, bitrate: 700_000 },
    ]);
    assert.deepEqual(rollovers(), ["channel-main 20"]);
    assert.ok(main !== undefined);
    assert.equal(await accepts({ server: main.ingest.server, streamKey: court.ingest.streamKey }), false);
    assert.equal(await accepts(main.ingest), true);
  });

  it("is rejected as a whole if invalid, and existing data stays unchanged", async () => {
    await call("/people/ada", "DELETE");
    await spotlight?.stop();
    spotlight = undefined;
    await assert.rejects(
      startSpotlight(data, ["--config", "people=[]", "--config", "rolloverSeconds=7"]),
      /exit code 1:[^]*spotlight:rolloverSeconds must be even/,
    );
    await restart('people=["Ada","Alan"]');
    // Removed on the page, so the configuration does not add them again.
    assert.deepEqual(await people(), ["added-on-the-page", "alan"]);
  });
});

function clientOf(environment: Record<string, string>): {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
} {
  const read = (name: string): string => environment[name] ?? "";
  return {
    endpoint: read("AWS_ENDPOINT_URL"),
    region: read("AWS_REGION"),
    credentials: { accessKeyId: read("AWS_ACCESS_KEY_ID"), secretAccessKey: read("AWS_SECRET_ACCESS_KEY") },
  };
}
