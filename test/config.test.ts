import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { readConfig, type SpotlightConfig } from "../config.ts";
import { ConfigError } from "../config/config-error.ts";
import { isIpv4Range } from "../config/ipv4-range.ts";
import { ConfigSchema } from "../config/schema.ts";
import { projectFolder } from "../components/bundle.ts";

function read(values: Record<string, unknown> = {}, stack = "test"): SpotlightConfig {
  const given: Record<string, unknown> = { ingestCidrs: ["203.0.113.7/32"], ...values };
  return readConfig(
    {
      get(key) {
        const value = given[key];
        return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
      },
    },
    stack,
  );
}

function refuses(values: Record<string, unknown>, message: string): void {
  assert.throws(
    () => read(values),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.code, "INVALID_CONFIG");
      assert.equal(error.message, message);
      return true;
    },
  );
}

/** What a `Pulumi*.yaml` holds under `config`. */
async function configOf(file: string): Promise<Record<string, unknown>> {
  return (parse(await readFile(path.join(projectFolder, file), "utf8")) as { config: Record<string, unknown> }).config;
}

const defaults: SpotlightConfig = {
  channels: [{ id: "main", name: "Main" }],
  ingestCidrs: ["203.0.113.7/32"],
  ingest: "rtmp",
  channelClass: "SINGLE_PIPELINE",
  rolloverSeconds: 60,
  segmentSeconds: 2,
  frameRate: 30,
  ladder: [
    { name: "720p", height: 720, bitrate: 2_500_000 },
    { name: "480p", height: 480, bitrate: 1_200_000 },
    { name: "360p", height: 360, bitrate: 700_000 },
  ],
  allowLocalWebhooks: false,
  encodeAll: false,
  people: ["Son Heung-min"],
  celebrities: true,
  shots: false,
  similarityThreshold: 80,
  clipPaddingMs: 500,
  clipGapMs: 3000,
  clipMinMs: 250,
  startoverSeconds: 10_800,
  manifestWindowSeconds: 60,
  archiveRetentionDays: 7,
  mediaRetentionDays: 365,
  logRetentionDays: 30,
  protectData: true,
  privateIngest: undefined,
  idleStopMinutes: 30,
  channelSchedule: [],
  alarmEmail: undefined,
  monthlyBudgetUsd: undefined,
  viewerProtocol: "https",
  priceClass: "PriceClass_100",
};

describe("the stack's configuration", () => {
  it("rejects names that AWS would reject only during a deployment", () => {
    refuses(
      { channels: [{ id: "a".repeat(32) }] },
      'Configuration value spotlight:channels[0].id must have at most 25 characters in the stack "test", because ' +
        `IAM limits role names to 64 characters; got "${"a".repeat(32)}".`,
    );
    assert.equal(read({ channels: [{ id: "a".repeat(25) }] }).channels[0]?.id.length, 25);
    for (const stack of ["Prod", "a.b", "", "a".repeat(21)])
      assert.throws(() => read({}, stack), /lowercase letters, digits and hyphens/);
  });

  it("accepts an email address for alarms and a budget, or neither", () => {
    assert.deepEqual(
      [
        read({ alarmEmail: "", monthlyBudgetUsd: 0 }).alarmEmail,
        read({ alarmEmail: "", monthlyBudgetUsd: 0 }).monthlyBudgetUsd,
      ],
      [undefined, undefined],
    );
    assert.deepEqual(
      [
        read({ alarmEmail: " ops@example.com ", monthlyBudgetUsd: 150 }).alarmEmail,
        read({ monthlyBudgetUsd: 150 }).monthlyBudgetUsd,
      ],
      ["ops@example.com", 150],
    );
    refuses(
      { alarmEmail: "ops" },
      'Configuration value spotlight:alarmEmail must be a valid email address; got "ops".',
    );
    refuses(
      { monthlyBudgetUsd: -1 },
      "Configuration value spotlight:monthlyBudgetUsd must be a whole number from 0 to 10000000; got -1.",
    );
  });

  it("accepts times at which channels start and stop", () => {
    const weekly = { channel: "main", start: "cron(50 17 ? * SAT *)", stop: "at(2026-11-22T20:15:00)" };
    assert.deepEqual(read({ channelSchedule: [weekly, { ...weekly, timezone: "Europe/London" }] }).channelSchedule, [
      { ...weekly, timezone: "UTC" },
      { ...weekly, timezone: "Europe/London" },
    ]);
    refuses(
      { channelSchedule: [{ ...weekly, channel: "second" }] },
      'Configuration value spotlight:channelSchedule[0].channel must be the id of a channel; got "second".',
    );
    refuses(
      { channelSchedule: [{ channel: "main", start: weekly.start }] },
      "Configuration value spotlight:channelSchedule[0].stop must be at(2026-11-22T18:00:00) or " +
        "cron(0 18 ? * SAT *); got missing.",
    );
    refuses(
      { channelSchedule: [{ ...weekly, stop: "daily" }] },
      "Configuration value spotlight:channelSchedule[0].stop must be at(2026-11-22T18:00:00) or " +
        'cron(0 18 ? * SAT *); got "daily".',
    );
    refuses(
      { channelSchedule: [{ ...weekly, timezone: "Mars" }] },
      "Configuration value spotlight:channelSchedule[0].timezone must be an IANA time zone such as Europe/Vienna; " +
        'got "Mars".',
    );
  });

  it("accepts only a private network of 16 to 26 bits", () => {
    assert.deepEqual(read({ privateIngest: { cidr: "10.20.0.0/24" } }).privateIngest, { cidr: "10.20.0.0/24" });
    assert.equal(read({ privateIngest: {} }).privateIngest, undefined);
    for (const cidr of ["10.20.0.0/15", "10.20.0.0/27", "203.0.113.0/24", "10.20.0.1/24", 7]) {
      refuses(
        { privateIngest: { cidr } },
        "Configuration value spotlight:privateIngest.cidr must be a private IPv4 range from /16 to /26 such " +
          `as 10.20.0.0/24; got ${JSON.stringify(cidr)}.`,
      );
    }
    refuses(
      { privateIngest: { nat: true } },
      "Configuration value spotlight:privateIngest.nat is not supported; supported keys: cidr.",
    );
    refuses(
      { privateIngest: "yes" },
      'Configuration value spotlight:privateIngest must be an object such as {cidr: 10.20.0.0/24}; got "yes".',
    );
    refuses(
      { privateIngest: "[]" },
      "Configuration value spotlight:privateIngest must be an object such as {cidr: 10.20.0.0/24}; got [].",
    );
  });

  it("has defaults for all but who may stream", () => {
    assert.deepEqual(read(), defaults);
  });

  it("is the same by Pulumi.yaml's defaults, and describes every key there", async () => {
    const declared = await configOf("Pulumi.yaml");
    const values: Record<string, unknown> = {};
    for (const [key, declaration] of Object.entries(declared)) {
      const {
        description,
        default: standard,
        value,
      } = declaration as { description?: string; default?: unknown; value?: unknown };
      assert.ok(description !== undefined && description.length > 20, `${key} has no description`);
      if ((standard ?? value) !== undefined) values[key] = standard ?? value;
    }
    assert.deepEqual(read(values), defaults);
    assert.deepEqual(Object.keys(declared).sort(), Object.keys(ConfigSchema.properties).sort());
  });

  it("has the types in Pulumi.yaml that its schema has, and the same defaults", async () => {
    const declared = await configOf("Pulumi.yaml");
    for (const [key, schema] of Object.entries<object>(ConfigSchema.properties)) {
      const { type, default: standard, value } = declared[key] as { type?: string; default?: unknown; value?: unknown };
      assert.deepEqual(standard ?? value, Reflect.get(schema, "default"), `the default of ${key}`);
      // A value instead of a type stands for lists of objects, and for objects.
      if (value === undefined) assert.equal(type, Reflect.get(schema, "type"), `the type of ${key}`);
    }
  });

  it("is valid in the stack of this machine", async () => {
    const local = Object.fromEntries(
      Object.entries(await configOf("Pulumi.local.yaml")).map(([key, value]) => [key.replace("spotlight:", ""), value]),
    );
    const config = read(local);
    assert.deepEqual(
      [config.rolloverSeconds, config.viewerProtocol, config.ingestCidrs, config.ladder.map(({ name }) => name)],
      [10, "http", ["127.0.0.1/32"], ["720p", "360p"]],
    );
  });

  it("cannot be changed", () => {
    const config = read();
    assert.ok(
      Object.isFrozen(config) &&
        Object.isFrozen(config.channels) &&
        Object.isFrozen(config.channels[0]) &&
        Object.isFrozen(config.ladder[0]),
    );
  });

  it("must say who may stream", () => {
    refuses(
      { ingestCidrs: undefined },
      "Configuration value spotlight:ingestCidrs is missing; set it in the stack's configuration.",
    );
    refuses(
      { ingestCidrs: [] },
      "Configuration value spotlight:ingestCidrs must list the addresses that may stream, such as " +
        '["203.0.113.7/32"]; got [].',
    );
    refuses(
      { ingestCidrs: ["203.0.113.7"] },
      "Configuration value spotlight:ingestCidrs[0] must be an IPv4 range such as 203.0.113.7/32; " +
        'got "203.0.113.7".',
    );
  });

  it("lets the whole internet stream only with allowOpenIngest", () => {
    refuses(
      { ingestCidrs: ["203.0.113.7/32", "0.0.0.0/0"] },
      "Configuration value spotlight:ingestCidrs[1] lets the whole internet stream; list the allowed " +
        "addresses, or set spotlight:allowOpenIngest to true.",
    );
    assert.deepEqual(read({ ingestCidrs: ["0.0.0.0/0"], allowOpenIngest: true }).ingestCidrs, ["0.0.0.0/0"]);
  });

  it("takes SRT for channels of one pipeline on the internet only", () => {
    refuses(
      { ingest: "srt", channelClass: "STANDARD" },
      'Configuration value spotlight:ingest must be "rtmp" for channels of the class STANDARD; got "srt".',
    );
    refuses(
      { ingest: "srt", privateIngest: { cidr: "10.20.0.0/24" } },
      'Configuration value spotlight:ingest must be "rtmp" in a private network; got "srt".',
    );
  });

  it("says what is wrong with a list", () => {
    refuses({ channels: "main" }, 'Configuration value spotlight:channels must list at least one channel; got "main".');
    refuses(
      { channels: { id: "main" } },
      'Configuration value spotlight:channels must list at least one channel; got {"id":"main"}.',
    );
    refuses({ channels: [] }, "Configuration value spotlight:channels must list at least one channel; got [].");
    refuses(
      { channels: ["main"] },
      'Configuration value spotlight:channels[0] must be an object such as {id: main, name: Main}; got "main".',
    );
    refuses(
      { channels: [{ id: "Main" }] },
      "Configuration value spotlight:channels[0].id must be 1 to 32 lowercase letters, " +
        'digits and hyphens, beginning with a letter or digit; got "Main".',
    );
    refuses(
      { channels: [{ id: "main", name: 7 }] },
      "Configuration value spotlight:channels[0].name must be a name, as text; got 7.",
    );
    refuses(
      { channels: [{ id: "main" }, { id: "main" }] },
      'Configuration value spotlight:channels contains the id "main" more than once.',
    );
    refuses(
      { people: ["Ada", ""] },
      'Configuration value spotlight:people[1] must be a name of 1 to 100 characters; got "".',
    );
    refuses(
      { people: ["Son Heung-min", "son heung min"] },
      'Configuration value spotlight:people contains the person "son-heung-min" more than once.',
    );
  });

  it("names a channel by its id when it has no other name", () => {
    assert.deepEqual(read({ channels: [{ id: "court-2" }] }).channels, [{ id: "court-2", name: "court-2" }]);
  });

  it("wants a ladder in falling order, of even heights", () => {
    const top = { name: "720p", height: 720, bitrate: 2_500_000 };
    refuses({ ladder: [] }, "Configuration value spotlight:ladder must list 1 to 8 renditions; got [].");
    refuses(
      { ladder: [{ ...top, name: "720 p" }] },
      'Configuration value spotlight:ladder[0].name must be 1 to 16 lowercase letters and digits; got "720 p".',
    );
    refuses(
      { ladder: [{ ...top, height: 721 }] },
      "Configuration value spotlight:ladder[0].height must be an even number of pixels from 144 to " + "1080; got 721.",
    );
    refuses(
      { ladder: [{ ...top, bitrate: 2500 }] },
      "Configuration value spotlight:ladder[0].bitrate must be 100000 to 20000000 bits per second; got 2500.",
    );
    refuses(
      { ladder: [{ name: "360p", height: 360, bitrate: 700_000 }, top] },
      "Configuration value spotlight:ladder[1] must have a lower height and bitrate than the rendition before it: " +
        "720p follows 360p.",
    );
  });

  it("says what is wrong with a number or a choice", () => {
    refuses(
      { rolloverSeconds: "soon" },
      'Configuration value spotlight:rolloverSeconds must be a whole number from 4 to 3600; got "soon".',
    );
    refuses(
      { rolloverSeconds: "61" },
      "Configuration value spotlight:rolloverSeconds must be even, because recordings become segments of 2 seconds; " +
        "got 61.",
    );
    refuses({ segmentSeconds: "3" }, "Configuration value spotlight:segmentSeconds must be 1, 2, 4 or 6; got 3.");
    refuses(
      { logRetentionDays: "31" },
      "Configuration value spotlight:logRetentionDays must be a period that CloudWatch Logs offers (1, 3, 5, 7, 14, " +
        "30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653); got 31.",
    );
    refuses({ celebrities: "yes" }, 'Configuration value spotlight:celebrities must be true or false; got "yes".');
    refuses(
      { viewerProtocol: "ftp" },
      'Configuration value spotlight:viewerProtocol must be https or http; got "ftp".',
    );
  });

  it("accepts exactly the whole numbers in its range", () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: -10, max: 110 }), fc.double(), fc.string()), (value) => {
        const text = String(value);
        const valid = /^-?\d{1,15}$/.test(text) && Number(text) >= 0 && Number(text) <= 100;
        if (valid) assert.equal(read({ similarityThreshold: text }).similarityThreshold, Number(text));
        else assert.throws(() => read({ similarityThreshold: text }), ConfigError);
      }),
    );
  });

  it("returns a value or throws one readable sentence for any text in any key", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(defaults)), fc.oneof(fc.string(), fc.json()), (key, text) => {
        try {
          read({ [key]: text });
        } catch (error) {
          assert.ok(error instanceof ConfigError);
          assert.equal(error.path.split(/[.[]/, 1)[0], key);
          assert.match(error.message, /^Configuration value spotlight:\w.* .+\.$/s);
          assert.ok(error.message.length < 400);
        }
      }),
    );
  });
});

describe("isIpv4Range", () => {
  it("accepts networks without host bits", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(octet, octet, octet, octet, fc.integer({ min: 0, max: 32 }), (a, b, c, d, bits) => {
        const address = ((a * 256 + b) * 256 + c) * 256 + d;
        const network = address - (address % 2 ** (32 - bits));
        const dotted = [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join(".");
        assert.equal(isIpv4Range(`${dotted}/${bits}`), true);
        assert.equal(isIpv4Range(`${[a, b, c, d].join(".")}/${bits}`), network === address);
      }),
    );
  });

  it("rejects lookalikes", () => {
    for (const text of [
      "",
      "10.0.0.0",
      "10.0.0.0/33",
      "256.0.0.0/8",
      "10.0.0/8",
      "010.0.0.0/8",
      "10.0.0.1/24",
      "::/0",
      "10.0.0.0/8 ",
      "10.0.0.0/-1",
    ])
      assert.equal(isIpv4Range(text), false);
  });
});
