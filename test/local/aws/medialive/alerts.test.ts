import assert from "node:assert/strict";
import { EventSender } from "../../../../local/aws/medialive/event-sender.ts";
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
