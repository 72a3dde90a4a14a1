import { incompleteBody, invalidRequest } from "./errors.ts";

/** Longest framing line (chunk size, signature, trailer) that is buffered. */
const maxLine = 4096;
const maxTrailers = 16;

/**
 * Removes the framing of an `aws-chunked` body: `SIZE[;chunk-signature=…]\r\n` bytes `\r\n` … `0\r\n`, then trailers.
 * Yields the object's bytes as they arrive and adds the trailers, by lower-case name, to `trailers`. Chunk signatures
 * are not checked: the caller is on this machine. Throws IncompleteBody if the body ends early.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  let state: "size" | "data" | "data-end" | "trailer" | "done" = "size";
  let line = "";
  let left = 0;
  for await (const bytes of body) {
    let at = 0;
    while (at < bytes.length && state !== "done") {
      if (state === "data") {
        const taken = bytes.subarray(at, at + left);
        at += taken.length;
        left -= taken.length;
        if (left === 0) state = "data-end";
        yield taken;
        continue;
      }
      const newline = bytes.indexOf(0x0a, at);
      line += bytes.toString("latin1", at, newline < 0 ? bytes.length : newline);
      if (line.length > maxLine) throw invalidRequest("A line of the aws-chunked framing is too long.");
      if (newline < 0) break;
      at = newline + 1;
      const text = line.endsWith("\r") ? line.slice(0, -1) : line;
      line = "";
      if (state === "data-end") {
        if (text !== "") throw invalidRequest("A chunk of the aws-chunked body is longer than its size says.");
        state = "size";
      } else if (state === "size") {
        left = chunkSize(text);
        state = left === 0 ? "trailer" : "data";
      } else if (text === "") {
        state = "done";
      } else {
        addTrailer(trailers, text);
      }
    }
  }
  if (state !== "done") throw incompleteBody();
}

function chunkSize(line: string): number {
  const digits = /^([0-9a-fA-F]{1,12})(;.*)?$/.exec(line)?.[1];
  if (digits === undefined) throw invalidRequest("The aws-chunked body has a chunk without a size.");
  return Number.parseInt(digits, 16);
}

function addTrailer(trailers: Map<string, string>, line: string): void {
  const colon = line.indexOf(":");
  if (colon <= 0 || trailers.size >= maxTrailers)
    throw invalidRequest("The trailer of the aws-chunked body is malformed.");
  trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
}
