import assert from "node:assert/strict";
import { ingestIsFreshMs, stateIsFreshMs } from "../../../api/live-channels.ts";
import { awsError } from "../support/aws.ts";
import { asAdmin, startHarness, type Harness } from "../support/harness.ts";
import { assertProblem } from "../support/problem.ts";

const describeChannel = "GET /prod/channels/1234567";
const describeInput = "GET /prod/inputs/7654321";
const listAlerts = "GET /prod/channels/1234567/alerts";

describe("channels", () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.stop());
  beforeEach(() => {
    harness.aws.reset();
    harness.clock.now += 60_000;
    harness.aws.on(listAlerts, { body: { alerts: [] } });
  });

  const idle = {
    id: "main",
    name: "Main",
    state: "idle",
    live: false,
    broadcast: null,
    startedAt: null,
    playback: {
      lowLatencyHls: "/out/v1/main/low-latency.m3u8",
      hls: "/out/v1/main/index.m3u8",
      dash: "/out/v1/main/index.mpd",
      startoverSeconds: 10_800,
    },
  };

  it("lists a channel of which nothing was heard yet, in MediaLive's state", async () => {
    harness.aws.on(describeChannel, { body: { id: "1234567", state: "IDLE" } });
    const response = await harness.app.inject("/api/channels");
    assert.equal(response.statusCode, 200);
    assert.deepEqual(response.json(), { items: [idle] });
    assert.equal(response.headers["cache-control"], "public, max-age=0, s-maxage=2");
    assert.equal(response.headers["x-content-type-options"], "nosniff");
    assert.deepEqual(harness.aws.calls, [{ operation: describeChannel, input: undefined }]);
  });

  it("lets nobody keep what an admin sees, nor errors", async () => {
    harness.aws.on(describeChannel, { body: { id: "1234567", state: "IDLE" } });
    for (const [path, headers] of [
      ["/api/channels", { authorization: "Bearer wrong" }],
      ["/api/channels/nothing", {}],
    ] as const) {
      assert.equal((await harness.app.inject({ url: path, headers })).headers["cache-control"], "no-store", path);
    }
  });

  it("adds what the catalogue heard, and is live only while it runs", async () => {
    await harness.catalogue.channels.changeState("main", {
      state: "running",
      pipelines: 1,
      at: "2026-11-22T18:00:00.000Z",
    });
    await harness.catalogue.channels.sawBroadcast("main", "20261122T180000");
    await harness.catalogue.channels.sawInput("main", "2026-11-22T18:00:30.000Z");
    const known = { ...idle, broadcast: "20261122T180000", startedAt: "2026-11-22T18:00:00.000Z" };

    harness.aws.on(describeChannel, { body: { state: "RECOVERING" } });
    assert.deepEqual((await harness.app.inject("/api/channels/main")).json(), {
      ...known,
      state: "running",
      live: true,
    });

    harness.clock.now += stateIsFreshMs;
    harness.aws.on(describeChannel, { body: { state: "STOPPING" } });
    assert.deepEqual((await harness.app.inject("/api/channels/main")).json(), {
      ...known,
      state: "stopping",
      live: false,
    });
  });

  it("asks MediaLive once for many viewers", async () => {
    harness.aws.on(describeChannel, { body: { state: "RUNNING" } });
    await Promise.all(Array.from({ length: 5 }, () => harness.app.inject("/api/channels")));
    harness.clock.now += stateIsFreshMs - 1;
    await harness.app.inject("/api/channels");
    assert.equal(harness.aws.calls.length, 1);
    harness.clock.now += 1;
    await harness.app.inject("/api/channels");
    assert.equal(harness.aws.calls.length, 2);
  });

  it("answers the state that the catalogue knows when MediaLive is asked too often", async () => {
    await harness.catalogue.channels.changeState("main", {
      state: "running",
      pipelines: 1,
      at: "2026-11-22T18:00:02.000Z",
    });
    harness.aws.on(describeChannel, awsError(429, "TooManyRequestsException"));
    assert.equal((await harness.app.inject("/api/channels/main")).json<{ state: string }>().state, "running");
  });

  it("tells only the admin what MediaLive reports of the input, and not what `live` says already", async () => {
    harness.aws.on(describeChannel, { body: { state: "RUNNING" } });
    harness.aws.on(describeInput, {
      body: { destinations: [{ url: "rtmp://203.0.113.7:1935/spotlight/s3cret-key" }] },
    });
    const refused = { alertType: "Input Refused", message: "An encoder was refused: …", state: "SET" };
    const setTimestamp = "2026-11-22T18:00:00.000Z";
    const noVideo = { alertType: "Video Not Detected", message: "No video is detected.", state: "SET" };
    harness.aws.on(listAlerts, { body: { alerts: [noVideo, refused].map((alert) => ({ ...alert, setTimestamp })) } });
    const get = async (headers: Record<string, string>): Promise<{ ingest?: { alerts: unknown } }> =>
      (await harness.app.inject({ url: "/api/channels/main", headers })).json();
    assert.deepEqual((await get(asAdmin)).ingest?.alerts, [
      { type: "Input Refused", message: "An encoder was refused: …", since: setTimestamp },
    ]);
    await get(asAdmin);
    assert.equal(harness.aws.calls.filter(({ operation }) => operation.startsWith(listAlerts)).length, 1);
    assert.equal((await get({})).ingest, undefined);
    harness.clock.now += stateIsFreshMs;
    harness.aws.on(listAlerts, awsError(429, "TooManyRequestsException", "Slow down"));
    assert.deepEqual((await get(asAdmin)).ingest?.alerts, []);
  });

  for (const [what, urls, expected] of [
    [
      "the second address of a channel with two pipelines",
      ["rtmp://203.0.113.7:1935/live/one", "rtmp://203.0.113.8:1935/live/two"],
      {
        server: "rtmp://203.0.113.7:1935/live",
        streamKey: "one",
        standby: { server: "rtmp://203.0.113.8:1935/live", streamKey: "two" },
      },
    ],
    [
      "the address of SRT, whose passphrase is not in it",
      ["srt://203.0.113.7:5000"],
      { server: "srt://203.0.113.7:5000" },
    ],
  ] as const)
    it(`tells ${what}`, async () => {
      const own = await startHarness();
      own.aws.on(listAlerts, { body: { alerts: [] } });
      own.aws.on(describeChannel, { body: { state: "RUNNING" } });
      own.aws.on(describeInput, { body: { destinations: urls.map((url) => ({ url })) } });
      const response = await own.app.inject({ url: "/api/channels/main", headers: asAdmin });
      assert.deepEqual(response.json<{ ingest: unknown }>().ingest, { ...expected, alerts: [] });
      await own.stop();
    });

  it("tells only the admin where to stream to", async () => {
    harness.aws.on(describeChannel, { body: { state: "RUNNING" } });
    harness.aws.on(describeInput, {
      body: {
        destinations: [{ ip: "203.0.113.7", port: "1935", url: "rtmp://203.0.113.7:1935/spotlight/s3cret-key" }],
      },
    });
    const { ingest } = (await harness.app.inject({ url: "/api/channels/main", headers: asAdmin })).json<{
      ingest: unknown;
    }>();
    assert.deepEqual(ingest, { server: "rtmp://203.0.113.7:1935/spotlight", streamKey: "s3cret-key", alerts: [] });
    for (const headers of [{}, { authorization: "Bearer wrong" }]) {
      const response = await harness.app.inject({ url: "/api/channels/main", headers });
      assert.equal(response.statusCode, 200);
      assert.ok(!response.body.includes("s3cret-key"));
    }
  });

  it("tells a stream key that has changed, and the last one while MediaLive is asked too often", async () => {
    const own = await startHarness();
    own.aws.on(listAlerts, { body: { alerts: [] } });
    own.aws.on(describeChannel, { body: { state: "IDLE" } });
    const keyNow = async (): Promise<string | undefined> =>
      (await own.app.inject({ url: "/api/channels/main", headers: asAdmin })).json<{
        ingest?: { streamKey: string };
      }>().ingest?.streamKey;
    own.aws.on(describeInput, { body: { destinations: [{ url: "rtmp://203.0.113.7:1935/live/old" }] } });
    assert.equal(await keyNow(), "old");
    own.aws.on(describeInput, { body: { destinations: [{ url: "rtmp://203.0.113.7:1935/live/new" }] } });
    own.clock.now += ingestIsFreshMs - 1;
    assert.equal(await keyNow(), "old");
    own.clock.now += 1;
    assert.equal(await keyNow(), "new");
    own.clock.now += ingestIsFreshMs;
    own.aws.on(describeInput, awsError(429, "TooManyRequestsException"));
    assert.equal(await keyNow(), "new");
    await own.stop();
  });

  it("starts and stops, and answers the state that follows", async () => {
    harness.aws.on(describeChannel, { body: { state: "IDLE" } });
    await harness.app.inject("/api/channels/main");
    harness.aws.reset();
    harness.aws.on(listAlerts, { body: { alerts: [] } });
    harness.aws.on("POST /prod/channels/1234567/start", { body: { state: "STARTING" } });
    harness.aws.on(describeChannel, { body: { state: "STARTING" } });
    harness.aws.on(describeInput, { body: {} });
    const started = await harness.app.inject({ method: "POST", url: "/api/channels/main/start", headers: asAdmin });
    assert.equal(started.statusCode, 202);
    assert.equal(started.json<{ state: string }>().state, "starting");
    assert.equal(harness.aws.calls[0]?.operation, "POST /prod/channels/1234567/start");

    harness.aws.on("POST /prod/channels/1234567/stop", { body: { state: "STOPPING" } });
    harness.aws.on(describeChannel, { body: { state: "STOPPING" } });
    const stopped = await harness.app.inject({ method: "POST", url: "/api/channels/main/stop", headers: asAdmin });
    assert.equal(stopped.statusCode, 202);
    assert.equal(stopped.json<{ state: string }>().state, "stopping");
  });

  it("takes a start of a running channel and a stop of a stopped one as done", async () => {
    harness.aws.on(describeInput, { body: {} });
    for (const [verb, states] of [
      ["start", ["STARTING", "RUNNING"]],
      ["stop", ["STOPPING", "IDLE"]],
    ] as const) {
      harness.aws.on(`POST /prod/channels/1234567/${verb}`, awsError(409, "ConflictException"));
      for (const state of states) {
        harness.aws.on(describeChannel, { body: { state } });
        const response = await harness.app.inject({
          method: "POST",
          url: `/api/channels/main/${verb}`,
          headers: asAdmin,
        });
        assert.equal(response.statusCode, 202, `${verb} while ${state}`);
        assert.equal(response.json<{ state: string }>().state, state.toLowerCase());
      }
    }
  });

  it("refuses to start a channel that is just stopping", async () => {
    harness.aws.on("POST /prod/channels/1234567/start", awsError(409, "ConflictException"));
    harness.aws.on(describeChannel, { body: { state: "STOPPING" } });
    const response = await harness.app.inject({ method: "POST", url: "/api/channels/main/start", headers: asAdmin });
    assert.equal(response.headers["retry-after"], "5");
    assert.deepEqual(assertProblem(response, "channel-busy", "/api/channels/main/start"), {
      detail: "The channel is stopping. Wait until it finishes, then try again.",
    });
  });

  it("does not know other channels", async () => {
    assert.deepEqual(
      assertProblem(await harness.app.inject("/api/channels/second"), "channel-not-found", "/api/channels/second"),
      {
        detail: 'Channel "second" does not exist. Channels: main.',
      },
    );
    assert.deepEqual(harness.aws.calls, []);
  });
});
