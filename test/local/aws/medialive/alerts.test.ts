import assert from "node:assert/strict";
import { EventSender } from "../../../../local/aws/medialive/event-sender.ts";
import { Refusals } from "../../../../local/aws/medialive/refusals.ts";
import { quietLog } from "../../../support/storage.ts";

describe("the alert of a channel without input", () => {
  it("is set while no video arrives, even before its event is sent", () => {
    const sender = new EventSender({
      events: () => ({ put: async () => undefined }),
      log: quietLog,
      arn: "arn:channel",
    });
    const begun = Date.now();
    assert.equal(sender.alert(), undefined);
    sender.state("STARTING", "…");
    sender.state("RUNNING", "…");
    sender.input(false);
    assert.equal(sender.alert(), undefined, "an input that was never healthy is not lost");
    sender.input(true);
    sender.input(false);
    const { setTimestamp, id, ...alert } = sender.alert()!;
    assert.deepEqual(alert, {
      alertType: "Video Not Detected",
      pipelineId: "0",
      message: "No video is detected in the input.",
      state: "SET",
    });
    assert.ok(Date.parse(setTimestamp) >= begun && Date.parse(setTimestamp) <= Date.now());
    assert.match(id, /^[0-9a-f]{32}$/);
    sender.input(true);
    assert.equal(sender.alert(), undefined);
    sender.input(false);
    sender.state("STOPPING", "…");
    sender.state("STOPPED", "…");
    assert.equal(sender.alert(), undefined);
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
