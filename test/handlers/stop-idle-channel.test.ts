import assert from "node:assert/strict";
import { MediaLiveClient } from "@aws-sdk/client-medialive";
import type { Catalogue } from "../../catalogue/index.ts";
import { createHandler } from "../../handlers/stop-idle-channel.ts";
import type { AwsServer } from "./aws-server.ts";
import { handlerSuite } from "./handler-suite.ts";
import type { MemoryLog } from "./memory-log.ts";

const at = (minute: number): string => `2026-11-22T18:${String(minute).padStart(2, "0")}:00.000Z`;

describe("stop-idle-channel", () => {
  let aws: AwsServer;
  let catalogue: Catalogue;
  let log: MemoryLog;
  handlerSuite((parts) => ({ aws, catalogue, log } = parts));
  beforeEach(() => {
    aws.answer("/prod/channels/1234567/stop", { body: { state: "STOPPING" } });
  });

  const channel = (state: string, pipelinesRunningCount = 1): void =>
    aws.answer("/prod/channels/1234567", { body: { state, pipelinesRunningCount } });
  const alert = (minute: number, pipelineId = "0", alertType = "Video Not Detected"): object => ({
    alertType,
    pipelineId,
    state: "SET",
    setTimestamp: at(minute),
  });
  const alerts = (...set: object[]): void =>
    aws.answer("/prod/channels/1234567/alerts?stateFilter=SET", { body: { alerts: set } });
  const check = (minute: number, channels = [{ id: "main", channelId: "1234567" }]): Promise<void> =>
    createHandler({
      mediaLive: new MediaLiveClient(aws.options),
      catalogue,
      channels,
      idleMs: 30 * 60_000,
      now: () => Date.parse(at(minute)),
      log,
    })();
  const stopped = (): boolean => aws.calls.some(({ operation }) => operation.endsWith("/stop"));

  it("stops a channel that has run without input for the time, and not a minute earlier", async () => {
    channel("RUNNING");
    alerts(alert(10), alert(1, "0", "Audio Not Detected"));
    await check(39);
    assert.equal(stopped(), false);
    await check(40);
    assert.equal(stopped(), true);
    assert.deepEqual(
      log.lines.map(({ step, fields }) => [step, fields]),
      [
        ["channel-idle", { channel: "main", since: at(10) }],
        ["channel-stopped", { channel: "main", since: at(10) }],
      ],
    );
  });

  it("never stops a live channel, whatever the catalogue last stored", async () => {
    await catalogue.channels.changeState("main", { state: "running", pipelines: 1, at: at(0) });
    await catalogue.channels.changeInput("main", { pipeline: "0", lost: true, at: at(1) });
    await catalogue.channels.sawInput("main", at(1));
    channel("RUNNING");
    alerts(alert(1, "0", "Audio Not Detected"));
    await check(59);
    // One of two pipelines has input.
    channel("RUNNING", 2);
    alerts(alert(1, "1"));
    await check(59);
    assert.equal(stopped(), false);
  });

  it("stops a channel that has had no input since it began to run, by the alert that it waits", async () => {
    await catalogue.channels.sawInput("main", at(0));
    await catalogue.channels.changeState("main", { state: "running", pipelines: 1, at: at(10) });
    channel("RUNNING");
    alerts();
    await check(59);
    assert.equal(stopped(), false, "no alert: it may have input that nothing has told of");
    alerts(alert(10, "0", "Waiting for Input"));
    await check(39);
    assert.equal(stopped(), false);
    await check(40);
    assert.equal(stopped(), true);
  });

  it("stops a channel whose alert the catalogue never heard of, also with two pipelines", async () => {
    await catalogue.channels.changeState("main", { state: "running", pipelines: 2, at: at(0) });
    channel("RUNNING", 2);
    aws.answer("/prod/channels/1234567/alerts?stateFilter=SET", {
      body: { alerts: [alert(5, "0")], nextToken: "more" },
    });
    aws.answer("/prod/channels/1234567/alerts?nextToken=more&stateFilter=SET", { body: { alerts: [alert(12, "1")] } });
    await check(41);
    assert.equal(stopped(), false);
    await check(42);
    assert.equal(stopped(), true);
  });

  it("counts from the start of the run when an alert is older", async () => {
    await catalogue.channels.changeState("main", { state: "running", pipelines: 1, at: at(20) });
    channel("RUNNING");
    alerts(alert(1));
    await check(49);
    assert.equal(stopped(), false);
    await check(50);
    assert.equal(stopped(), true);
  });

  it("leaves alone what does not run", async () => {
    for (const state of ["IDLE", "STARTING", "STOPPING", "RECOVERING"]) {
      channel(state);
      await check(59);
    }
    assert.deepEqual([...new Set(aws.calls.map(({ operation }) => operation))], ["/prod/channels/1234567"]);
  });

  it("succeeds if somebody else has just stopped the channel", async () => {
    channel("RUNNING");
    alerts(alert(1));
    aws.answer("/prod/channels/1234567/stop", { status: 409, error: "ConflictException" });
    await check(59);
    assert.deepEqual(log.steps, ["channel-left-running"]);
  });

  it("checks the other channels when one can't be asked about, and fails then", async () => {
    channel("RUNNING");
    alerts(alert(1));
    aws.answer("/prod/channels/7654321", { status: 403, error: "ForbiddenException" });
    await assert.rejects(
      check(59, [
        { id: "second", channelId: "7654321" },
        { id: "main", channelId: "1234567" },
      ]),
      { message: "1 channels could not be checked" },
    );
    assert.equal(stopped(), true);
  });
});
