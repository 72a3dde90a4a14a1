import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterKey } from "../../../../local/aws/s3/key-order.ts";
import { listPage } from "../../../../local/aws/s3/listing.ts";
import { ObjectIndex } from "../../../../local/aws/s3/object-index.ts";

describe("S3 listing", () => {
  let folder: string;
  let index: ObjectIndex;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "listing-"));
    index = new ObjectIndex(join(folder, "index.db"));
  });

  after(async () => {
    index.close();
    await rm(folder, { recursive: true });
  });

  it("equals a sorted model, page by page, for any keys, prefix, delimiter, start and page size", () => {
    const unit = fc.constantFrom("a", "b", "/", "é", "\u{10ffff}", "\uffff", "\0", "~");
    const key = fc.string({ unit, minLength: 1, maxLength: 6 });
    const arbitrary = fc.record({
      keys: fc.uniqueArray(key, { maxLength: 25 }),
      prefix: fc.string({ unit, maxLength: 2 }),
      delimiter: fc.constantFrom("", "/", "a/", "\u{10ffff}"),
      startAfter: fc.option(key, { nil: undefined }),
      limit: fc.integer({ min: 1, max: 5 }),
    });
    let bucket = 0;
    fc.assert(
      fc.property(arbitrary, ({ keys, prefix, delimiter, startAfter, limit }) => {
        const name = `bucket-${++bucket}`;
        index.transaction(() => {
          index.createBucket(name);
          for (const one of keys)
            index.put(
              {
                bucket: name,
                key: one,
                blob: one,
                size: 0,
                etag: "",
                modified: 0,
                headers: {},
                metadata: {},
                tags: {},
              },
              {},
              () => [],
            );
        });
        const listed: string[] = [];
        let from = startAfter === undefined ? undefined : afterKey(startAfter);
        for (let pages = 0; ; pages++) {
          const page = listPage(index, { bucket: name, prefix, delimiter, from, limit });
          const entries = [...page.objects.map((object) => object.key), ...page.commonPrefixes].sort(byBytes);
          assert.ok(entries.length <= limit && (page.next === undefined || entries.length === limit));
          listed.push(...entries);
          if (page.next === undefined) break;
          from = page.next;
          assert.ok(pages < 100);
        }
        assert.deepEqual(listed, model(keys, prefix, delimiter, startAfter));
        index.deleteBucket(name);
      }),
      { numRuns: 400 },
    );
  });
});

/** Every key or rolled-up prefix, in the order of bytes. */
function model(keys: readonly string[], prefix: string, delimiter: string, startAfter: string | undefined): string[] {
  const wanted = keys.filter(
    (key) => key.startsWith(prefix) && (startAfter === undefined || byBytes(key, startAfter) > 0),
  );
  const rolled = wanted.map((key) => {
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    return at < 0 ? key : key.slice(0, at + delimiter.length);
  });
  return [...new Set(rolled)].sort(byBytes);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
