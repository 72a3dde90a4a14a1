import assert from "node:assert/strict";
import fc from "fast-check";
import { CostError, costOfMonth, halfUntilHours, hoursOfMonth, total, type Usage } from "../../cost/model.ts";
import type { Plan } from "../../cost/plan.ts";
import { listPrices } from "../../cost/prices.ts";
import { priceList } from "./price-list.ts";

/** Every price one dollar: a cost is then a quantity. */
const oneDollar = priceList({}, 1);

const plan: Plan = {
  channels: 1,
  channelClass: "SINGLE_PIPELINE",
  alwaysOn: false,
  frameRate: 30,
  partSeconds: 1 / 3,
  ladder: [
    { height: 720, bitrate: 2_500_000 },
    { height: 480, bitrate: 1_200_000 },
  ],
  soundOutputs: 1,
  archived: [{ height: 720, bitrate: 2_500_000 }],
  recordingSeconds: 60,
  converted: [
    { kind: "passthrough", height: 720 },
    { kind: "encode", height: 480 },
    { kind: "passthrough", height: 720 },
    { kind: "frames", height: 360 },
  ],
  storedBitrate: 8_000_000,
  filesPerRecording: 94,
  analyses: ["celebrities"],
  functions: [{ what: "pipeline", architecture: "arm", gbSeconds: 30, invocations: 240 }],
  streamClients: 500,
  archiveRetentionDays: 7,
  mediaRetentionDays: 365,
  traced: true,
  standing: { alarms: 10, dashboards: 1, metrics: 2, polledQueues: 1, secrets: 1, timedCallsPerHour: 16 },
};
const usage: Usage = { hours: 2, idleHours: 0, viewers: 0, convertTier: "basic" };

/** Quantities of an hour, by price. */
function hour(of: Plan, use: Usage = usage): Record<string, number> {
  const quantities: Record<string, number> = {};
  for (const { price, quantity } of costOfMonth(of, use, oneDollar).hourly)
    quantities[price] = (quantities[price] ?? 0) + quantity;
  return quantities;
}

describe("cost model", () => {
  it("charges a running channel by its input and every output, the sound's and the archive's too", () => {
    const { hourly } = costOfMonth(plan, usage, listPrices);
    // 0.1404 + 0.4212 (720p) + 0.2124 (480p) + 0.2124 (sound) + 0.4212 (archive)
    assert.equal(total(hourly, "running").toFixed(4), "1.4076");
    assert.deepEqual(
      hourly.filter(({ cause }) => cause === "running").map(({ what, quantity }) => [what, quantity]),
      [
        ["input", 1],
        ["live renditions, HD", 1],
        ["live renditions, SD", 1],
        ["sound, an output of its own", 1],
        ["archive, HD", 1],
      ],
    );
  });

  it("uses two-pipeline prices, and twice the ingest, for a STANDARD channel", () => {
    const standard: Plan = { ...plan, channelClass: "STANDARD" };
    // 0.2340 + 0.7020 + 0.3540 + 0.3540 + 0.7020
    assert.equal(total(costOfMonth(standard, usage, listPrices).hourly, "running").toFixed(4), "2.3460");
    assert.equal(hour(standard)["mediapackage.ingest"], 2 * hour(plan)["mediapackage.ingest"]!);
  });

  it("keeps the archive of both pipelines of a STANDARD channel, and converts one", () => {
    const standard: Plan = { ...plan, channelClass: "STANDARD" };
    const kept = (of: Plan): number[] =>
      costOfMonth(of, usage, oneDollar)
        .hourly.filter(({ cause }) => cause === "kept")
        .map(({ quantity }) => Number(quantity.toFixed(4)));
    assert.deepEqual(kept(standard), [0.5443, 43.2]);
    assert.equal(hour(standard)["mediaconvert.basic"], hour(plan)["mediaconvert.basic"]);
    assert.equal(hour(standard)["s3.put"], 60 * 94 + 474);
  });

  it("counts ingest in gigabytes of the whole ladder and its sound, which CMAF carries once", () => {
    // (2.5 + 1.2 + 0.128) Mbit/s for an hour
    assert.equal(hour(plan)["mediapackage.ingest"]!.toFixed(6), "1.722600");
  });

  it("counts an HD output's minutes twice, and posters as an output", () => {
    const outputs = costOfMonth(plan, usage, oneDollar).hourly.filter(({ price }) => price === "mediaconvert.basic");
    assert.deepEqual(
      outputs.map(({ what, quantity }) => [what, quantity]),
      [
        ["renditions, encoded", 60],
        ["top rendition and MP4, passed through", 240],
        ["posters", 60],
      ],
    );
    assert.equal(hour(plan, { ...usage, convertTier: "professional" })["mediaconvert.professional"], 360);
  });

  it("charges at least ten seconds for an output", () => {
    assert.equal(hour({ ...plan, recordingSeconds: 10 })["mediaconvert.basic"], 360);
    assert.equal(hour({ ...plan, recordingSeconds: 4 })["mediaconvert.basic"], 900);
  });

  it("charges each analysis for every minute", () => {
    assert.equal(hour(plan)["rekognition.celebrities"], 60);
    assert.equal(hour(plan)["rekognition.faceSearch"], undefined);
    assert.equal(hour({ ...plan, analyses: ["celebrities", "faceSearch"] })["rekognition.faceSearch"], 60);
  });

  it("keeps a recording for as long as the configuration says", () => {
    const kept = costOfMonth(plan, usage, oneDollar).hourly.filter(({ cause }) => cause === "kept");
    // 1.1826 GB of archive for 7 days and 3.6 GB for 365, in months of 730 hours
    assert.deepEqual(
      kept.map(({ what, quantity }) => [what, quantity.toFixed(4)]),
      [
        ["archive, 7 days", "0.2722"],
        ["converted recordings, 365 days", "43.2000"],
      ],
    );
  });

  it("counts files written: those of each conversion, and the archive's parts", () => {
    assert.equal(hour(plan)["s3.put"], 60 * 94 + 237);
  });

  it("adds delivery for viewers, and packaging for the requests that miss the cache", () => {
    assert.equal(hour(plan)["cloudfront.transfer"], undefined);
    const few = hour(plan, { ...usage, viewers: 1 });
    assert.equal(few["cloudfront.transfer"]!.toFixed(4), "1.1826");
    assert.equal(few["mediapackage.origination"]!.toFixed(4), "1.1826");
    // Two playlists and two parts, three times a second.
    assert.equal(few["cloudfront.request"], 43_200);
    assert.equal(hour(plan, { ...usage, viewers: 100 })["mediapackage.origination"]!.toFixed(4), "1.7226");
    assert.equal(hour(plan, { ...usage, viewers: 1000 })["mediapackage.origination"]!.toFixed(4), "11.8260");
  });

  it("counts what regional caches ask Origin Shield for: all tracks once, or a hundredth of all requests", () => {
    const through = (viewers: number): number | undefined => hour(plan, { ...usage, viewers })["cloudfront.shield"];
    assert.equal(through(0), undefined);
    // Never more than viewers ask for.
    assert.equal(through(1), 43_200);
    // Three caches, three tracks, a playlist and a part of each, three times a second.
    assert.equal(through(100), 3 * 3 * 2 * 3 * 3600);
    assert.equal(through(1000), 432_000);
  });

  it("counts the stream of changes for as many viewers as it takes", () => {
    const stream = (viewers: number): unknown[] => {
      const lines = hour(plan, { ...usage, viewers });
      return [lines["apigateway.connection"], lines["apigateway.message"]];
    };
    assert.deepEqual(stream(0), [undefined, undefined]);
    // Six changes of each recording of a minute.
    assert.deepEqual(stream(100), [100 * 60, 100 * 6 * 60]);
    assert.deepEqual(stream(1000), [500 * 60, 500 * 6 * 60]);
  });

  it("charges a stopped channel and its input for the rest of the month, and standing costs", () => {
    const { monthly } = costOfMonth(plan, usage, oneDollar);
    assert.deepEqual(
      monthly.map(({ what, quantity }) => [what, quantity]),
      [
        ["channels that are stopped", 728],
        ["their inputs", 728],
        ["alarms", 10],
        ["dashboard", 1],
        ["stream keys", 1],
        ["metrics from logs", 2],
        ["waiting for work", 657_000],
        ["looking after recordings and channels", 5840],
      ],
    );
  });

  it("charges an always-on channel for every hour without a stream", () => {
    const { monthly } = costOfMonth({ ...plan, alwaysOn: true }, usage, listPrices);
    assert.equal(total(monthly, "idle").toFixed(4), (728 * 1.4076).toFixed(4));
  });

  it("charges a channel that runs on without a stream as running, not as stopped", () => {
    const idle = { ...usage, idleHours: 0.5 };
    const { monthly } = costOfMonth({ ...plan, channels: 2 }, idle, oneDollar);
    assert.deepEqual(
      monthly.filter(({ cause }) => cause === "idle").map(({ what, quantity }) => [what, quantity]),
      [
        ["channels that are stopped", 1455],
        ["their inputs", 1455],
        ["input, running unused", 1],
        ["live renditions, HD, running unused", 1],
        ["live renditions, SD, running unused", 1],
        ["sound, an output of its own, running unused", 1],
        ["archive, HD, running unused", 1],
      ],
    );
    // It makes no difference to a channel that always runs.
    const always = { ...plan, alwaysOn: true };
    assert.deepEqual(costOfMonth(always, idle, oneDollar), costOfMonth(always, usage, oneDollar));
  });

  it("adds up a month: its streamed hours of all channels, and the rest", () => {
    const two = { ...plan, channels: 2 };
    const month = costOfMonth(two, usage, listPrices);
    assert.equal(month.usd, 2 * 2 * month.hourUsd + total(month.monthly));
    assert.equal(month.hourUsd, total(month.hourly));
  });

  it("costs more with every hour, and is never negative", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: hoursOfMonth, noNaN: true }),
        fc.double({ min: 0, max: hoursOfMonth, noNaN: true }),
        (one, other) => {
          const cost = (hours: number): number => costOfMonth(plan, { ...usage, hours }, listPrices).usd;
          const [less, more] = one < other ? [one, other] : [other, one];
          return cost(less) >= 0 && cost(less) <= cost(more);
        },
      ),
    );
  });

  it("finds up to how many hours it costs half", () => {
    const other: Plan = { ...plan, alwaysOn: true };
    const hours = halfUntilHours(plan, other, usage, listPrices);
    const cost = (of: Plan): number => costOfMonth(of, { ...usage, hours }, listPrices).usd;
    assert.ok(hours > 1 && hours < hoursOfMonth, String(hours));
    assert.equal((cost(plan) / cost(other)).toFixed(6), "0.500000");
    assert.equal(halfUntilHours(plan, plan, usage, listPrices), 0);
    assert.ok(halfUntilHours(plan, other, { ...usage, idleHours: 700 }, listPrices) < hours);
    assert.equal(halfUntilHours(plan, other, { ...usage, idleHours: hoursOfMonth }, listPrices), 0);
  });

  it("rejects what has no price", () => {
    const codeOf = (of: Plan, use = usage): string => {
      try {
        costOfMonth(of, use, listPrices);
      } catch (error) {
        assert.ok(error instanceof CostError);
        return error.message;
      }
      assert.fail("no error");
    };
    assert.match(
      codeOf({ ...plan, frameRate: 60 }),
      /^cost\/prices\.json has no prices for 60 frames\/s, only for up to 30; /,
    );
    assert.match(
      codeOf({ ...plan, ladder: [{ height: 1080, bitrate: 12_000_000 }] }),
      /^cost\/prices\.json has no prices for 12 Mbit\/s, only for up to 10; /,
    );
    assert.match(codeOf(plan, { ...usage, hours: 731 }), /--hours 731: give 0 to 730 hours/);
    assert.match(codeOf(plan, { ...usage, idleHours: 729 }), /--idle 43740: give 0 to 43680 minutes/);
    assert.match(codeOf(plan, { ...usage, idleHours: -1 }), /--idle -60: give 0 to 43680 minutes/);
    assert.match(codeOf(plan, { ...usage, viewers: -1 }), /give a number of viewers/);
  });
});
