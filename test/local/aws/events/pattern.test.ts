import assert from "node:assert/strict";
import fc from "fast-check";
import { parseEventPattern } from "../../../../local/aws/events/pattern.ts";

const matches = (pattern: unknown, event: unknown): boolean =>
  parseEventPattern(JSON.stringify(pattern)).matches(event);

describe("events: patterns", () => {
  const cases: [what: string, pattern: unknown, yes: unknown[], no: unknown[]][] = [
    [
      "exact values of any scalar type",
      { a: ["x", 1, true, null, ""] },
      [{ a: "x" }, { a: 1 }, { a: true }, { a: null }, { a: "" }],
      [{ a: "y" }, { a: "1" }, { a: false }, {}, { a: {} }],
    ],
    ["all fields of the pattern", { a: ["x"], b: ["y"] }, [{ a: "x", b: "y", c: 1 }], [{ a: "x" }, { b: "y" }]],
    [
      "nested fields",
      { detail: { state: { name: ["running"] } } },
      [{ detail: { state: { name: "running" } } }],
      [{ detail: { state: "running" } }, { detail: { name: "running" } }],
    ],
    [
      "any value of a list",
      { resources: ["b"] },
      [{ resources: ["a", "b"] }],
      [{ resources: [] }, { resources: ["a"] }],
    ],
    [
      "a list of objects by one of them",
      { items: { a: ["1"], b: ["2"] } },
      [{ items: [{ a: "0" }, { a: "1", b: "2" }] }],
      [{ items: [{ a: "1" }, { b: "2" }] }, { items: [] }],
    ],
    ["prefix", { a: [{ prefix: "ab" }] }, [{ a: "abc" }, { a: "ab" }], [{ a: "Abc" }, { a: "xab" }, { a: 1 }]],
    ["prefix without case", { a: [{ prefix: { "equals-ignore-case": "aB" } }] }, [{ a: "ABc" }], [{ a: "cab" }]],
    ["suffix", { a: [{ suffix: ".ts" }] }, [{ a: "x.ts" }], [{ a: "x.TS" }, { a: ".ts.x" }]],
    ["equals-ignore-case", { a: [{ "equals-ignore-case": "Live" }] }, [{ a: "LIVE" }], [{ a: "lives" }]],
    [
      "anything-but a value",
      { a: [{ "anything-but": "x" }] },
      [{ a: "y" }, { a: 1 }, { a: ["x", "y"] }],
      [{ a: "x" }, {}],
    ],
    [
      "anything-but several values",
      { a: [{ "anything-but": ["x", 1] }] },
      [{ a: "y" }, { a: 2 }],
      [{ a: "x" }, { a: 1 }],
    ],
    [
      "anything-but a prefix, suffix, wildcard or case",
      {
        a: [{ "anything-but": { prefix: "ab" } }],
        b: [{ "anything-but": { suffix: ["y", "z"] } }],
        c: [{ "anything-but": { wildcard: "*/x/*" } }],
        d: [{ "anything-but": { "equals-ignore-case": "q" } }],
      },
      [{ a: "b", b: "x", c: "x", d: "r" }],
      [
        { a: "abc", b: "x", c: "x", d: "r" },
        { a: "b", b: "xy", c: "x", d: "r" },
        { a: "b", b: "x", c: "/x/", d: "r" },
        { a: "b", b: "x", c: "x", d: "Q" },
      ],
    ],
    [
      "numeric comparisons",
      { a: [{ numeric: [">", 0, "<=", 5] }], b: [{ numeric: ["=", 3.5] }] },
      [
        { a: 5, b: 3.5 },
        { a: 0.1, b: 3.5 },
      ],
      [
        { a: 0, b: 3.5 },
        { a: 5.1, b: 3.5 },
        { a: "5", b: 3.5 },
        { a: 5, b: 3 },
      ],
    ],
    ["exists", { a: [{ exists: true }] }, [{ a: 1 }, { a: null }, { a: "" }], [{}, { a: { b: 1 } }, { a: [] }]],
    ["exists: false", { a: { b: [{ exists: false }] } }, [{ a: {} }, {}, { a: { c: 1 } }], [{ a: { b: 1 } }]],
    ["exists: false beside values", { a: ["x", { exists: false }] }, [{}, { a: "x" }], [{ a: "y" }]],
    [
      "wildcard",
      { a: [{ wildcard: "a/*/c.\\*" }] },
      [{ a: "a/b/c.*" }, { a: "a//c.*" }],
      [{ a: "a/b/cx*" }, { a: "a/b/c.d" }, { a: "xa/b/c.*" }],
    ],
    ["cidr", { ip: [{ cidr: "10.0.0.0/24" }] }, [{ ip: "10.0.0.255" }], [{ ip: "10.0.1.0" }, { ip: "no address" }]],
    [
      "$or",
      { source: ["s"], $or: [{ a: ["1"] }, { b: [{ prefix: "x" }] }] },
      [
        { source: "s", a: "1" },
        { source: "s", b: "xy" },
      ],
      [{ source: "s" }, { a: "1" }],
    ],
    ["$or inside", { detail: { $or: [{ a: ["1"] }, { b: ["2"] }] } }, [{ detail: { b: "2" } }], [{ b: "2" }]],
  ];
  for (const [what, pattern, yes, no] of cases) {
    it(`match ${what}`, () => {
      for (const event of yes)
        assert.equal(matches(pattern, event), true, `${JSON.stringify(pattern)} matches ${JSON.stringify(event)}`);
      for (const event of no)
        assert.equal(
          matches(pattern, event),
          false,
          `${JSON.stringify(pattern)} does not match ${JSON.stringify(event)}`,
        );
    });
  }

  it("of the program's rules match MediaConvert's and MediaLive's events", () => {
    const converted = {
      source: ["aws.mediaconvert"],
      "detail-type": ["MediaConvert Job State Change"],
      detail: { status: ["COMPLETE", "ERROR"], queue: ["arn:aws:mediaconvert:us-east-1:000000000000:queues/clips"] },
    };
    const event = {
      source: "aws.mediaconvert",
      "detail-type": "MediaConvert Job State Change",
      detail: {
        status: "COMPLETE",
        queue: "arn:aws:mediaconvert:us-east-1:000000000000:queues/clips",
        outputGroupDetails: [{ type: "HLS_GROUP" }],
      },
    };
    assert.equal(matches(converted, event), true);
    assert.equal(matches(converted, { ...event, detail: { ...event.detail, status: "PROGRESSING" } }), false);
    assert.equal(
      matches(converted, {
        ...event,
        detail: { ...event.detail, queue: "arn:aws:mediaconvert:us-east-1:000000000000:queues/other" },
      }),
      false,
    );
  });

  it("are rejected if they are not valid", () => {
    const invalid = [
      {},
      { a: [] },
      { a: "x" },
      { a: 1 },
      { a: [{ sounds: "like" }] },
      { a: [["x"]] },
      { a: [{ prefix: 1 }] },
      { a: [{ numeric: ["<"] }] },
      { a: [{ numeric: ["~", 1] }] },
      { a: [{ exists: "yes" }] },
      { $or: [{ a: ["x"] }] },
      { a: [{ "anything-but": [] }] },
      { a: [{ "anything-but": { cidr: "10.0.0.0/8" } }] },
      { a: [{ wildcard: "a**b" }] },
      { a: [{ wildcard: "a\\b" }] },
      { a: [{ prefix: "x", suffix: "y" }] },
      { a: [{ cidr: "10.0.0.0/99" }] },
    ];
    for (const pattern of invalid)
      assert.throws(
        () => parseEventPattern(JSON.stringify(pattern)),
        { code: "InvalidEventPatternException" },
        JSON.stringify(pattern),
      );
    assert.throws(() => parseEventPattern("{"), { code: "InvalidEventPatternException" });
    assert.throws(() => parseEventPattern("[]"), { code: "InvalidEventPatternException" });
  });
});

describe("events: properties of patterns", () => {
  const key = fc.string({ minLength: 1, maxLength: 5 }).filter((name) => name !== "$or" && name !== "__proto__");
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const event = fc.dictionary(key, fc.oneof(scalar, fc.dictionary(key, scalar, { minKeys: 1 })), { minKeys: 1 });

  /** The pattern that names every leaf of an event. */
  const patternOf = (value: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        typeof item === "object" && item !== null ? patternOf(item as Record<string, unknown>) : [item],
      ]),
    );

  it("match the event that they were built from", () => {
    fc.assert(fc.property(event, (value) => matches(patternOf(value), value)));
  });

  it("ignore additional fields of the event", () => {
    fc.assert(fc.property(event, event, (value, extra) => matches(patternOf(value), { ...extra, ...value })));
  });

  it("exists: true and exists: false are opposites on every event", () => {
    fc.assert(
      fc.property(
        key,
        event,
        (name, value) =>
          matches({ [name]: [{ exists: true }] }, value) !== matches({ [name]: [{ exists: false }] }, value),
      ),
    );
  });

  it("anything-but is the opposite of the value on present scalars", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (expected, actual) =>
          matches({ a: [{ "anything-but": expected }] }, { a: actual }) !== matches({ a: [expected] }, { a: actual }),
      ),
    );
  });

  it("prefix and suffix agree with startsWith and endsWith, and wildcard with both", () => {
    const word = fc.stringMatching(/^[a-z.+/]{0,6}$/);
    fc.assert(
      fc.property(word, word, (part, text) => {
        assert.equal(matches({ a: [{ prefix: part }] }, { a: text }), text.startsWith(part));
        assert.equal(matches({ a: [{ suffix: part }] }, { a: text }), text.endsWith(part));
        assert.equal(matches({ a: [{ wildcard: `${part}*` }] }, { a: text }), text.startsWith(part));
        assert.equal(matches({ a: [{ wildcard: `*${part}` }] }, { a: text }), text.endsWith(part));
      }),
    );
  });

  it("$or matches if and only if one of its alternatives does", () => {
    fc.assert(
      fc.property(event, event, event, (one, other, value) => {
        const [first, second] = [patternOf(one), patternOf(other)];
        assert.equal(matches({ $or: [first, second] }, value), matches(first, value) || matches(second, value));
      }),
    );
  });
});
