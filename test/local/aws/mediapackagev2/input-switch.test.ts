import assert from "node:assert/strict";
import { InputSwitch } from "../../../../local/aws/mediapackagev2/input-switch.ts";

describe("the two inputs of a packaged channel", () => {
  /** What comes through, in order. */
  let calls: string[];
  let inputs: InputSwitch;
  const job = (startedAt: number) => ({
    renditions: [{ name: "180p", width: 320, height: 180, bitrate: 250_000, frameRate: 30 }],
    startedAt,
    partSeconds: 1 / 3,
  });

  beforeEach(() => {
    calls = [];
    inputs = new InputSwitch({ byQuality: true }, () => [
      {
        begin: ({ startedAt }) => void calls.push(`begin ${startedAt}`),
        write: (rendition) => void calls.push(`write ${rendition}`),
        end: (final) => void calls.push(final ? "stop" : "end"),
      },
    ]);
  });

  it("are one stream: the first that sends", () => {
    const [first, second] = [inputs.input("1"), inputs.input("2")];
    second.begin(job(2));
    first.begin(job(1));
    second.end(false);
    second.begin(job(3));
    assert.deepEqual(calls, ["begin 2", "end", "begin 3"]);
  });

  it("take turns when one has no picture and the other has", () => {
    const [first, second] = [inputs.input("1"), inputs.input("2")];
    first.begin(job(1));
    second.begin(job(2));
    first.quality(false);
    assert.deepEqual(calls, ["begin 1", "end", "begin 2"]);
    first.quality(true);
    assert.deepEqual(calls.length, 3, "what has a picture stays");
    second.quality(false);
    assert.deepEqual(calls.slice(3), ["end", "begin 1"]);
    first.quality(false);
    assert.deepEqual(calls.length, 5, "two without a picture are alike");
  });

  it("stay as they are without input switching by quality", () => {
    inputs = new InputSwitch({ byQuality: false }, () => []);
    const [first, second] = [inputs.input("1"), inputs.input("2")];
    first.begin(job(1));
    second.begin(job(2));
    first.quality(false);
    assert.deepEqual(calls, []);
  });

  it("go on with the one whose encoder has not stopped, and end with the last", () => {
    const [first, second] = [inputs.input("1"), inputs.input("2")];
    first.begin(job(1));
    second.begin(job(2));
    first.end(true);
    second.end(true);
    assert.deepEqual(calls, ["begin 1", "end", "begin 2", "stop"]);
    const again = inputs.input("1");
    again.begin(job(3));
    again.end(true);
    assert.deepEqual(calls.slice(4), ["begin 3", "stop"]);
  });
});
