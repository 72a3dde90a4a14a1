import fc from "fast-check";
import { adminToken } from "../support/harness.ts";
import type { Operation, Parameter } from "./document.ts";
import { bodyOf, valueOf } from "./values.ts";

/** A request as a client sends it. */
export interface Request {
  method: string;
  /** Path and query, percent-encoded or not. */
  target: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** Ids that exist, by the collection in the path: `people`. */
export type KnownIds = Record<string, string[]>;

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const oddIds = [
  "",
  ".",
  "..",
  "__proto__",
  "constructor",
  "nobody",
  "%",
  "%zz",
  "%00",
  "%2F",
  "%2e%2e",
  "%ED%A0%80",
  "José",
  "a,b",
  "0",
  "-1",
  "x".repeat(256),
  "x".repeat(1020),
  "ü".repeat(700),
  "a/../..",
  ";a=1",
  "main.20261122T180000.ada.000000-99999999999",
  "main.20269999T999999.ada.000000-0",
];

/** One request in eight is random in its method, path, header or body; the others are right in most of it. */
export function requests(operations: readonly Operation[], ids: KnownIds): fc.Arbitrary<Request> {
  return fc.constantFrom(...operations).chain((operation) =>
    fc
      .record({
        method: mostly(fc.constant(operation.method), fc.constantFrom(...methods)),
        path: pathOf(operation.path, ids),
        query: queryOf(operation.parameters),
        headers: headersOf(operation),
        body: bodyOf(operation),
      })
      .map(({ method, path, query, headers, body }) => ({
        method,
        target: `${path}${query}`,
        headers: { host: "d111111abcdef8.cloudfront.net", ...headers },
        body: method === "GET" || method === "HEAD" ? Buffer.alloc(0) : body,
      })),
  );
}

/** Seven times in eight `usual`. */
function mostly<Value>(usual: fc.Arbitrary<Value>, odd: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof({ arbitrary: usual, weight: 7 }, { arbitrary: odd, weight: 1 });
}

function pathOf(template: string, ids: KnownIds): fc.Arbitrary<string> {
  const [, collection = ""] = template.split("/").slice(1);
  const known = ids[collection] ?? ["none"];
  const id = fc.oneof(
    { arbitrary: fc.constantFrom(...known), weight: 15 },
    { arbitrary: fc.constantFrom(...oddIds), weight: 2 },
    // What is decoded once too often, or taken for a part of the URL, leads to something that exists.
    {
      arbitrary: fc
        .tuple(fc.constantFrom(...known), fc.constantFrom("%00", "%3Fx", "%23x", "%20", "%0A", "%5C", "%2F", "%252F"))
        .map(([one, suffix]) => `${one}${suffix}`),
      weight: 1,
    },
    { arbitrary: fc.constantFrom(...known).map((one) => `x%2F..%2F${one}`), weight: 1 },
    { arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }).map(encode), weight: 1 },
  );
  const path = id.map((value) => template.replace("{id}", value));
  return mostly(
    path,
    path.chain((one) =>
      fc.constantFrom(
        `${one}/`,
        one.replace("/api/", "/api//"),
        one.toUpperCase(),
        `${one}/start`,
        `${one}%2Fstart`,
        one.replace("/api/", "/api/./"),
        one.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
        "/api",
        "/api/",
        "/api/openapi.json",
        "/api/nothing",
      ),
    ),
  );
}

function queryOf(parameters: readonly Parameter[]): fc.Arbitrary<string> {
  const known = parameters.map(({ name, schema }) =>
    fc.tuple(fc.constant(name), valueOf(schema)).map(([key, value]) => `${key}=${value}`),
  );
  const odd = fc.constantFrom("verbose=1", "__proto__=1", "constructor=", "%zz=1", "=", "&", "a[b]=1", "%00=%00", "?");
  const pairs = fc.array(known.length === 0 ? odd : mostly(fc.oneof(...known), odd), { maxLength: 4 });
  return fc.oneof(
    { arbitrary: fc.constant(""), weight: 2 },
    { arbitrary: pairs.map((found) => (found.length === 0 ? "" : `?${found.join("&")}`)), weight: 3 },
  );
}

function headersOf(operation: Operation): fc.Arbitrary<Record<string, string>> {
  const json = ["application/json", "application/json; charset=utf-8"];
  const types = operation.body === undefined && operation.consumes.length > 0 ? operation.consumes : json;
  const oddTypes = ["text/plain", "application/x-www-form-urlencoded", "nonsense", "image/png", "multipart/form-data"];
  return fc
    .record(
      {
        authorization: mostly(
          fc.constant(`Bearer ${adminToken}`),
          fc.constantFrom(
            "Bearer",
            "Bearer wrong",
            `Basic ${adminToken}`,
            "",
            "Bearer ü",
            `Bearer ${"x".repeat(4000)}`,
          ),
        ),
        "content-type": mostly(fc.constantFrom(...types), fc.constantFrom(...oddTypes)),
        "if-none-match": fc.constantFrom("*", 'W/"x"', '"x", "y"', "x", "", ","),
        "content-length": fc.constant("0"),
        "content-encoding": fc.constantFrom("gzip", "identity"),
        range: fc.constantFrom("bytes=0-1", "bytes=9-1"),
        accept: fc.constantFrom("text/html", "nonsense", "*/*"),
        cookie: fc.constant("a=1; b=2"),
        "x-request-id": fc.constantFrom("mine", "x".repeat(200), "<script>"),
        "x-http-method-override": fc.constant("DELETE"),
        "x-origin-verify": fc.constant("guessed"),
      },
      { requiredKeys: [] },
    )
    .chain((all) =>
      // Half of all headers at once would spoil most requests.
      fc.subarray(Object.entries(all), { maxLength: 4 }).map((some) => ({
        ...(all.authorization !== undefined && { authorization: all.authorization }),
        ...(all["content-type"] !== undefined && { "content-type": all["content-type"] }),
        ...Object.fromEntries(some),
      })),
    );
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
