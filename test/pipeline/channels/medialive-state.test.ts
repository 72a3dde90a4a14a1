import assert from "node:assert/strict";
import { channelState } from "../../../pipeline/channels/medialive-state.ts";

describe("a channel's state in MediaLive", () => {
  it("means the same whether an event or DescribeChannel reports it", () => {
    assert.deepEqual(["STOPPED", "IDLE", "CREATED"].map(channelState), ["idle", "idle", "idle"]);
    assert.deepEqual(["STARTING", "RUNNING", "STOPPING"].map(channelState), ["starting", "running", "stopping"]);
    assert.deepEqual(["CREATE_FAILED", "UPDATE_FAILED"].map(channelState), ["failed", "failed"]);
  });

  it("stays running while MediaLive recovers from a fault", () => {
    assert.equal(channelState("RECOVERING"), "running");
  });

  it("is not idle while it cannot be started", () => {
    assert.deepEqual(["CREATING", "UPDATING", "DELETING", "DELETED"].map(channelState), [
      "stopping",
      "stopping",
      "stopping",
      "failed",
    ]);
  });

  it("is unknown when MediaLive has a new one", () => {
    assert.deepEqual(["HIBERNATING", "", "toString"].map(channelState), [undefined, undefined, undefined]);
  });
});
