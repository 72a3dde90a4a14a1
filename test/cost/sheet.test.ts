import assert from "node:assert/strict";
import type { PriceList } from "../../cost/prices.ts";
import { costSheet, headline, leverTable, type Question } from "../../cost/sheet.ts";
import { priceList } from "./price-list.ts";

const question: Question = {
  config: {
    channels: [{ id: "main", name: "Main" }],
    channelClass: "SINGLE_PIPELINE",
    ladder: [
      { name: "720p", height: 720, bitrate: 2_500_000 },
      { name: "480p", height: 480, bitrate: 1_200_000 },
      { name: "360p", height: 360, bitrate: 700_000 },
    ],
    frameRate: 30,
    rolloverSeconds: 60,
    encodeAll: false,
    celebrities: true,
    shots: false,
    archiveRetentionDays: 7,
    mediaRetentionDays: 365,
    idleStopMinutes: 30,
  },
  choices: { photos: false },
  usage: { hours: 2, idleHours: 0, viewers: 0, convertTier: "professional" },
};

/** A running channel costs a dollar an hour, a stopped one two cents. */
const live = priceList({ "medialive.input.single": 1, "medialive.idle.channel": 0.02 }, 0);

/** The cells of a row of a Markdown table, after its name. */
function cells(markdown: string, name: string): string[] {
  const row = markdown.split("\n").find((line) => line.startsWith(`| ${name} `));
  assert.ok(row !== undefined, `no row ${name}`);
  return row
    .split("|")
    .slice(2, -1)
    .map((cell) => cell.trim());
}

function changed(config: Partial<Question["config"]>, usage: Partial<Question["usage"]> = {}): Question {
  return { ...question, config: { ...question.config, ...config }, usage: { ...question.usage, ...usage } };
}

describe("the cost sheet", () => {
  it("begins with the hour's ratio, then the month's", () => {
    const list: PriceList = priceList(
      {
        "medialive.input.single": 1,
        "medialive.idle.channel": 0.01,
        "mediaconvert.professional": 0.01,
        "mediaconvert.basic": 0.005,
      },
      0,
    );
    // An hour: 1 + 4.20 of 420 normalized minutes, and 1 + 6.60 of 660; 3.10 and 4.30 at half the price. A month: 728
    // hours at 0.01, and at 1.
    assert.equal(
      headline(question, list),
      "**An hour streamed costs 0.68 times the founding demo's (5.20 and 7.60 US dollars).** It is 0.72 times if " +
        "MediaConvert counts the jobs as basic. A month with 2 streamed hours costs 0.02 times the founding demo's " +
        "(17.68 and 743.20 US dollars), because a channel is off until somebody starts it.",
    );
  });

  it("has a stream key for each pipeline in the month, streamed to or not", () => {
    const list = priceList({ "secretsmanager.secret": 0.4 }, 0);
    const single = costSheet(question, list);
    assert.deepEqual(cells(single, "Secrets Manager: stream keys"), ["0.4000", "", ""]);
    assert.deepEqual(cells(single, "**A month unused**"), ["**0.4000**", "**0.0000**", ""]);
    const channels = [...question.config.channels, { id: "court-2", name: "Court 2" }];
    const standard = costSheet(changed({ channelClass: "STANDARD", channels }), list);
    assert.deepEqual(cells(standard, "Secrets Manager: stream keys"), ["1.60", "", ""]);
  });

  it("has the requests of 100 viewers, and of three regional caches to Origin Shield", () => {
    const list = priceList({ "cloudfront.request": 0.000001, "cloudfront.shield": 0.00000075 }, 0);
    const sheet = costSheet(changed({}, { viewers: 100 }), list);
    // 100 * 43,200, and 3 * 86,400 of four tracks.
    assert.deepEqual(cells(sheet, "CloudFront: their requests"), ["4.32", "4.32", ""]);
    assert.deepEqual(cells(sheet, "CloudFront: through Origin Shield"), ["0.1944", "0.1944", ""]);
  });

  it("has the sound's own output on this side only, as its price is assumed", () => {
    const list = priceList({ "medialive.output.sound.single": 0.2, "medialive.output.sound.standard": 0.3 }, 0);
    const row = "MediaLive: sound, an output of its own";
    assert.deepEqual(cells(costSheet(question, list), row), ["0.2000", "", ""]);
    assert.deepEqual(cells(costSheet(changed({ channelClass: "STANDARD" }), list), row), ["0.3000", "", ""]);
  });

  it("says how many minutes the channels run on without a stream, and what they cost", () => {
    const sheet = costSheet(changed({}, { idleHours: 1.5 }), live);
    assert.match(sheet, /; 2 hours streamed and 90 minutes idle a month; 0 viewers\./);
    assert.deepEqual(cells(sheet, "MediaLive: input, running unused"), ["1.50", "728.00", ""]);
    // 730 - 2 - 1.5 hours.
    assert.deepEqual(cells(sheet, "MediaLive: channels that are stopped"), ["14.53", "", ""]);
    // Nobody streams, so nothing runs on.
    assert.deepEqual(cells(sheet, "**A month unused**"), ["**14.60**", "**730.00**", "**0.02**"]);
  });
});

describe("the table of levers", () => {
  it("adds the minutes until auto-stop to a month, and takes them from the time that the channel is stopped", () => {
    const table = leverTable(question, live);
    // 2 + 728 * 0.02, and 2 + 0.5 + 727.5 * 0.02
    assert.deepEqual(cells(table, "as configured"), ["1.00", "16.56"]);
    assert.deepEqual(cells(table, "not stopped after a broadcast: 30 idle minutes"), ["1.00", "17.05"]);
    assert.deepEqual(cells(table, "a channel that nobody stops"), ["1.00", "730.00"]);
    assert.deepEqual(
      cells(leverTable(changed({ idleStopMinutes: 90 }), live), "not stopped after a broadcast: 90 idle minutes"),
      ["1.00", "18.03"],
    );
  });

  it("has no such minutes where nothing stops a channel", () => {
    assert.doesNotMatch(leverTable(changed({ idleStopMinutes: 0 }), live), /idle minutes/);
  });

  it("has both archives and both keys of a STANDARD channel", () => {
    const list = priceList({ "s3.storage": 1, "secretsmanager.secret": 10 }, 0);
    const rows = leverTable(changed({ mediaRetentionDays: 0 }), list);
    // 1.1826 GB an hour for 7 of 30.42 days, once and twice; a month has two such hours, and one key or two.
    assert.deepEqual(cells(rows, "as configured"), ["0.2722", "10.54"]);
    assert.deepEqual(cells(rows, "`channelClass: STANDARD`"), ["0.5443", "21.09"]);
  });
});
