import fc from "fast-check";
import type { Operation } from "./document.ts";

type Json = Record<string, unknown>;

/** Texts that have broken programs before, percent-encoded. */
const oddValues = [
  "",
  "%00",
  "%ED%A0%80",
  "%zz",
  "null",
  "true",
  "NaN",
  "1e999",
  "-1",
  "0x10",
  "99999999999999999999999999",
  "%F0%9F%8F%80",
  "a,b",
  ",",
  "x".repeat(3000),
  "%27%3B--",
  "2026-11-22T23:59:60Z",
  "2026-11-22T18:00:00Z%5BEurope%2FBerlin%5D",
  "9999-12-31T23:59:59-23:59",
  "0000-01-01T00:00:00%2B23:59",
  "2026-02-30T00:00:00Z",
  "eyJhIjoxfQ",
  Buffer.from('["AAAAAAAAAAAA","\\ud800"]').toString("base64url"),
];

/** A value of a query parameter, percent-encoded: usually one that its schema allows. */
export function valueOf(schema: Json): fc.Arbitrary<string> {
  return fc.oneof({ arbitrary: valid(schema), weight: 3 }, { arbitrary: fc.constantFrom(...oddValues), weight: 1 });
}

function valid(schema: Json): fc.Arbitrary<string> {
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...schema["enum"].map(String));
  if (typeof schema["pattern"] === "string") return fc.stringMatching(new RegExp(schema["pattern"])).map(encode);
  const { minimum = 0, maximum = 100 } = schema;
  switch (schema["type"]) {
    case "integer":
      return fc.integer({ min: Number(minimum), max: Number(maximum) }).map(String);
    case "number":
      return fc.double({ min: Number(minimum), max: Number(maximum), noNaN: true }).map((value) => value.toFixed(2));
    case "array":
      return fc.constantFrom("ada", "bob", "ada,bob", "nobody", "a,b,c,d");
    default:
      return schema["format"] === "date-time"
        ? fc
            .tuple(
              fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
              fc.constantFrom("Z", "+01:00"),
            )
            .map(([date, zone]) => encode(date.toISOString().replace("Z", zone)))
        : fc.constantFrom("720p", "360p", "1080p", "a%20b");
  }
}

const oddBodies = [
  "",
  "{",
  "null",
  "[]",
  "5",
  '""',
  '{"__proto__":{"a":1}}',
  '{"constructor":{"prototype":{}}}',
  '{"name":null}',
  '{"name":5,"celebrity":{}}',
  '{"name":"\\ud800"}',
  '{"name":"\\u0000"}',
  '{"name":"","name":"x"}',
  '{"name":"???"}',
  '{"name":"\\u200b"}',
  '{"review":"maybe"}',
  `{"name":"${"x".repeat(101)}"}`,
  `{"name":"${"x".repeat(20_000)}"}`,
  `${"[".repeat(5000)}${"]".repeat(5000)}`,
  "name=Ada",
];

/** A body: usually one that the operation takes. */
export function bodyOf({ body, consumes }: Operation): fc.Arbitrary<Buffer> {
  const odd = fc.oneof(
    fc.constantFrom(...oddBodies).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
  const usual =
    body !== undefined
      ? jsonOf(body).map((value) => Buffer.from(JSON.stringify(value)))
      : consumes.length > 0
        ? fc.constantFrom(photo, photo.subarray(0, 20))
        : fc.constant(Buffer.alloc(0));
  return fc.oneof({ arbitrary: usual, weight: 3 }, { arbitrary: odd, weight: 1 });
}

/** A PNG of one pixel. */
const photo = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

function jsonOf(schema: Json): fc.Arbitrary<unknown> {
  if (Array.isArray(schema["anyOf"])) return fc.oneof(...schema["anyOf"].map((one: unknown) => jsonOf(asJson(one))));
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...schema["enum"].map(String));
  switch (schema["type"]) {
    case "boolean":
      return fc.boolean();
    case "integer":
    case "number":
      return fc.integer();
    case "object": {
      const members = Object.entries(asJson(schema["properties"])).map(([name, one]) => [name, jsonOf(asJson(one))]);
      const required = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
      return fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>, {
        requiredKeys: required,
      });
    }
    default:
      return fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
  }
}

function asJson(value: unknown): Json {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
