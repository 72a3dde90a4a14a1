import assert from "node:assert/strict";
import type { Catalogue } from "../../catalogue/index.ts";
import { createHandler, type ChannelEvent } from "../../handlers/channel-changed.ts";
import { startDatabase, type TestDatabase } from "../catalogue/table.ts";
import { memoryLog, type MemoryLog } from "./memory-log.ts";

const channel_arn = "arn:aws:medialive:us-east-1:000000000000:channel:1234567";
const state = (second: number, name: string, arn = channel_arn): ChannelEvent => ({
  "detail-type": "MediaLive Channel State Change",
  source: "aws.medialive",
  time: `2026-11-22T18:00:0${second}Z`,
  detail: { channel_arn: arn, state: name, message: "…", pipelines_running_count: name === "RUNNING" ? 1 : 0 },
});
const alert = (
  second: number,
  alarm_state: "SET" | "CLEARED",
  alert_type = "Video Not Detected",
  alarm_id = "a",
): ChannelEvent => ({
  "detail-type": "MediaLive Channel Alert",
  source: "aws.medialive",
  time: `2026-11-22T18:00:0${second}Z`,
  detail: { channel_arn, alarm_state, alarm_id, alert_type, pipeline: "0", message: "…" },
});

describe("channel-changed", () => {
  let database: TestDatabase;
  let catalogue: Catalogue;
  let log: MemoryLog;
  let handle: (event: ChannelEvent) => Promise<void>;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => {
    catalogue = await database.catalogue();
    log = memoryLog();
    handle = createHandler({ catalogue, channels: new Map([["1234567", "main"]]), log });
  });

  it("follows a run from start to stop", async () => {
    const seen: [string, boolean][] = [];
    for (const event of [
      state(0, "STARTING"),
      state(1, "RUNNING"),
      // A pipeline waits for its first input: the wording of that alert is not known.
      alert(2, "SET", "Waiting for Input", "w"),
      alert(3, "CLEARED", "Waiting for Input", "w"),
      alert(4, "SET"),
      alert(5, "CLEARED"),
      state(6, "STOPPING"),
      state(7, "STOPPED"),
    ]) {
      await handle(event);
      const channel = await catalogue.channels.get("main");
      seen.push([channel.state, channel.live]);
    }
    assert.deepEqual(seen, [
      ["starting", false],
      ["running", false],
      ["running", false],
      ["running", true],
      ["running", false],
      ["running", true],
      ["stopping", false],
      ["idle", false],
    ]);
    assert.equal((await catalogue.channels.get("main")).startedAt, "2026-11-22T18:00:01.000Z");
  });

  it("changes nothing when an event comes again or late", async () => {
    for (const event of [
      state(1, "RUNNING"),
      alert(3, "SET"),
      alert(3, "SET"),
      alert(2, "CLEARED"),
      state(1, "RUNNING"),
      state(0, "STARTING"),
    ])
      await handle(event);
    assert.partialDeepStrictEqual(await catalogue.channels.get("main"), {
      state: "running",
      live: false,
      startedAt: "2026-11-22T18:00:01.000Z",
    });
  });

  it(
    "ends in the right state when an alert overtakes its run, and when the alerts of one second arrive in the " +
      "wrong order",
    async () => {
      await handle(alert(2, "SET"));
      await handle(state(1, "RUNNING"));
      assert.partialDeepStrictEqual(await catalogue.channels.get("main"), {
        state: "running",
        live: false,
        idleSince: "2026-11-22T18:00:02.000Z",
      });
      await handle(alert(3, "CLEARED"));
      await handle(alert(4, "CLEARED", "Video Not Detected", "b"));
      await handle(alert(4, "SET", "Video Not Detected", "b"));
      assert.partialDeepStrictEqual(await catalogue.channels.get("main"), { live: true, idleSince: undefined });
    },
  );

  it("passes over other alerts and other channels", async () => {
    await handle(alert(1, "SET", "Audio Not Detected"));
    await handle(state(1, "RUNNING", `${channel_arn}8`));
    assert.deepEqual(log.steps, ["channel-alert", "channel-unknown"]);
    assert.deepEqual(await catalogue.channels.list(), []);
  });

  it("refuses a state that it does not know", async () => {
    await assert.rejects(handle(state(1, "DREAMING")), {
      code: "invalid-event",
      message: 'The channel\'s state "DREAMING" is unknown',
    });
  });
});
