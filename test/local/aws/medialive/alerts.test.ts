import assert from "node:assert/strict";
import { EventSender } from "../../../../local/aws/medialive/event-sender.ts";
import { Refusals } from "../../../../local/aws/medialive/refusals.ts";
import { spaceAlerts } from "../../../../local/aws/medialive/space-alerts.ts";
import { unwatched } from "../../../../local/disk-room.ts";
import { eventually } from "../../../support/cloud.ts";
import { quietLog } from "../../../support/storage.ts";

describe("the alert of a channel without input", () => {
  const createSender = (): EventSender =>
    new EventSender({ events: () => ({ put: async () => undefined }), log: quietLog, arn: "arn:channel" });

  it("is set while no video arrives, even before its event is sent", () => {
    const sender = createSender();
    const begun = Date.now();
    assert.deepEqual(sender.alerts(), []);
    sender.state("STARTING", "…", 0);
    sender.state("RUNNING", "…", 1);
    sender.input(0, false);
    // An input that was never healthy is not lost.
    assert.partialDeepStrictEqual(sender.alerts(), [{ alertType: "Waiting for Input", pipelineId: "0", state: "SET" }]);
    sender.input(0, true);
    assert.deepEqual(sender.alerts(), []);
    sender.input(0, false);
    const [{ setTimestamp, id, ...alert }] = sender.alerts() as [{ setTimestamp: string; id: string }];
    assert.deepEqual(alert, {
      alertType: "Video Not Detected",
      pipelineId: "0",
      message: "No video is detected in the input.",
      state: "SET",
    });
    assert.ok(Date.parse(setTimestamp) >= begun && Date.parse(setTimestamp) <= Date.now());
    assert.match(id, /^[0-9a-f]{32}$/);
    sender.input(0, true);
    assert.deepEqual(sender.alerts(), []);
    sender.input(0, false);
    sender.state("STOPPING", "…", 1);
    sender.state("STOPPED", "…", 0);
    assert.deepEqual(sender.alerts(), []);
    sender.close();
  });

  it("is told in order and at once when the clock is set back meanwhile", async () => {
    const times: string[] = [];
    const put = async ({ time = "" }: { time?: string }): Promise<void> => void times.push(time);
    const sender = new EventSender({ events: () => ({ put }), log: quietLog, arn: "arn:channel" });
    sender.state("RUNNING", "…", 1);
    await eventually(() => (times.length === 2 ? true : undefined), "the first events");
    const ofDay = Date.now;
    Date.now = () => ofDay() - 3_600_000;
    try {
      sender.input(0, true);
      await eventually(() => (times.length === 3 ? true : undefined), "the event that there is input");
      assert.deepEqual(times.toSorted(), times);
      assert.equal(new Set(times).size, 3);
    } finally {
      Date.now = ofDay;
      sender.close();
    }
  });

  it("is each pipeline's own", () => {
    const sender = createSender();
    sender.state("RUNNING", "…", 2);
    assert.equal(sender.alerts().length, 2);
    for (const pipeline of [0, 1]) sender.input(pipeline, true);
    sender.input(1, false);
    assert.partialDeepStrictEqual(sender.alerts(), [{ pipelineId: "1", state: "SET" }]);
    sender.input(0, false);
    sender.input(1, true);
    assert.partialDeepStrictEqual(sender.alerts(), [{ pipelineId: "0", state: "SET" }]);
    sender.close();
  });
});

describe("the alert of a disk without room", () => {
  it("is set for each pipeline that runs, since there is no room", () => {
    const lowSince = Date.parse("2026-11-22T18:00:00Z");
    const disk = { lowSince, problem: "The disk is almost full.", subscribe: () => undefined };
    assert.partialDeepStrictEqual(
      spaceAlerts(2, disk),
      ["0", "1"].map((pipelineId) => ({
        alertType: "Archive Paused",
        pipelineId,
        message: "The disk is almost full.",
        setTimestamp: "2026-11-22T18:00:00.000Z",
        state: "SET",
      })),
    );
    assert.deepEqual(spaceAlerts(0, disk), []);
    assert.deepEqual(spaceAlerts(2, unwatched), []);
  });
});

describe("the events of a channel", () => {
  it("wait for space on the disk, in their order", async () => {
    let full = true;
    let tries = 0;
    const sent: unknown[] = [];
    const put = async ({ detail }: { detail: unknown }): Promise<void> => {
      tries += 1;
      if (full) throw Object.assign(new Error("database or disk is full"), { errcode: 13 });
      sent.push((detail as { state: unknown }).state);
    };
    const sender = new EventSender({ events: () => ({ put }), log: quietLog, arn: "arn:channel" });
    sender.state("STARTING", "…", 0);
    sender.state("STOPPED", "…", 0);
    await eventually(() => (tries > 0 ? true : undefined), "the first try");
    full = false;
    await eventually(() => (sent.length === 2 ? true : undefined), "both events");
    assert.deepEqual(sent, ["STARTING", "STOPPED"]);
    sender.close();
  });
});

describe("a refused encoder", () => {
  it("is an alert with the reason, until one is accepted or a minute has passed", () => {
    let now = Date.parse("2026-11-22T18:00:00Z");
    const refusals = new Refusals(() => now);
    assert.deepEqual(refusals.alerts(), []);
    refusals.note("the stream key is missing: copy it from the page");
    assert.partialDeepStrictEqual(refusals.alerts(), [
      {
        alertType: "Input Refused",
        message: "An encoder was refused: the stream key is missing: copy it from the page.",
        setTimestamp: "2026-11-22T18:00:00.000Z",
        state: "SET",
      },
    ]);
    now += 60_001;
    assert.deepEqual(refusals.alerts(), []);
    refusals.note("again");
    refusals.clear();
    assert.deepEqual(refusals.alerts(), []);
  });
});
