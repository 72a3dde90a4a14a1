import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeAwsChunked } from "../../../../local/aws/s3/aws-chunked.ts";

async function decode(pieces: readonly Buffer[]): Promise<{ bytes: Buffer; trailers: Record<string, string> }> {
  const trailers = new Map<string, string>();
  const out: Buffer[] = [];
  const source = (async function* () {
    yield* pieces;
  })();
  for await (const bytes of decodeAwsChunked(source, trailers)) out.push(bytes);
  return { bytes: Buffer.concat(out), trailers: Object.fromEntries(trailers) };
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const bounds = [...new Set([0, ...at.map((one) => one % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return bounds.slice(1).map((end, i) => bytes.subarray(bounds[i], end));
}

describe("aws-chunked decoder", () => {
  it("returns the bytes and trailers, however the stream is split", async () => {
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 200 });
    const extension = fc.constantFrom(
      "",
      ";chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(chunk, { maxLength: 6 }),
        extension,
        fc.array(fc.nat(5000), { maxLength: 20 }),
        async (chunks, signature, cuts) => {
          const framed = chunks.map((bytes) =>
            Buffer.concat([Buffer.from(`${bytes.length.toString(16)}${signature}\r\n`), bytes, Buffer.from("\r\n")]),
          );
          const encoded = Buffer.concat([
            ...framed,
            Buffer.from(`0${signature}\r\nx-amz-checksum-crc32:AAAAAA==\r\nX-Other: 1 \r\n\r\n`),
          ]);
          const { bytes, trailers } = await decode(cut(encoded, cuts));
          assert.deepEqual(bytes, Buffer.concat(chunks));
          assert.deepEqual(trailers, { "x-amz-checksum-crc32": "AAAAAA==", "x-other": "1" });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("rejects a body that ends early, wherever it ends", async () => {
    const encoded = Buffer.from("5\r\nhello\r\n3\r\nyou\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n");
    for (let end = 0; end < encoded.length; end++)
      await assert.rejects(decode([encoded.subarray(0, end)]), { code: "IncompleteBody" }, `cut at ${end}`);
  });

  it("rejects invalid framing", async () => {
    await assert.rejects(decode([Buffer.from("hello\r\n")]), { code: "InvalidRequest" });
    await assert.rejects(decode([Buffer.from("-1\r\n")]), { code: "InvalidRequest" });
    await assert.rejects(decode([Buffer.from("2\r\nabc\r\n")]), { code: "InvalidRequest" });
    await assert.rejects(decode([Buffer.from("f".repeat(10_000))]), { code: "InvalidRequest" });
    const trailers = Array.from({ length: 40 }, (_, i) => `t${i}:1\r\n`).join("");
    await assert.rejects(decode([Buffer.from(`0\r\n${trailers}\r\n`)]), { code: "InvalidRequest" });
  });
});
