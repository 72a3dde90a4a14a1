import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsError } from "../../../../local/aws/errors.ts";
import { Endpoint } from "../../../../local/aws/mediapackagev2/endpoint.ts";
import { FragmentReader } from "../../../../local/aws/mediapackagev2/fragment-reader.ts";
import { LiveWindow } from "../../../../local/aws/mediapackagev2/live-window.ts";
import { SegmentIndex } from "../../../../local/aws/mediapackagev2/segment-index.ts";
import type { Log } from "../../../../local/log.ts";
import { makeRecording, type RecordingOptions } from "../../../support/media.ts";

/** An encoder's output: an initialization segment and fragments. */
export interface Encoded {
  init: Buffer;
  fragments: Buffer[];
}

/** An origin endpoint on a free port of 127.0.0.1, fed by hand, so that tests choose the time of everything. */
export interface PackagedEndpoint {
  window: LiveWindow;
  index: SegmentIndex;
  /** Starts with `/`. */
  get(path: string): Promise<Response>;
  /** Throws unless the answer is 200. */
  text(path: string): Promise<string>;
  /** Resolves when the endpoint has the next request, and so waits for what it needs. */
  asked(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Segments of 2 s, and playlists of 30 s named `index` (low latency) and `plain`.
 *
 * @param onError gets the errors that are logged; by default, they are thrown
 */
export async function startEndpoint(onError?: (message: string) => void): Promise<PackagedEndpoint> {
  const folder = mkdtempSync(join(tmpdir(), "endpoint-"));
  const index = new SegmentIndex(join(folder, "segments.db"));
  const log: Log = {
    info: () => undefined,
    warn: () => undefined,
    error: (message, cause) => {
      if (onError === undefined) throw new Error(message, { cause });
      onError(`${message}: ${String(cause)}`);
    },
    child: () => log,
  };
  const window = new LiveWindow({
    id: "group/channel/live",
    folder,
    index,
    log,
    segmentSeconds: 2,
    windowSeconds: 30,
    startoverSeconds: 60,
  });
  const endpoint = new Endpoint(
    window,
    [
      { name: "index", kind: "low-latency-hls", windowSeconds: 30 },
      { name: "plain", kind: "hls", windowSeconds: 30 },
    ],
    "segment",
  );
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://origin");
    endpoint.serve(pathname.slice(1), searchParams, response, false).catch((cause: unknown) => {
      response.writeHead(cause instanceof AwsError ? cause.status : 500).end(String(cause));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
  return {
    window,
    index,
    get,
    async text(path) {
      const response = await get(path);
      const body = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${body}`);
      return body;
    },
    asked: () => new Promise((resolve) => server.once("request", () => resolve())),
    async close() {
      await window.close();
      index.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

/** Encodes a test picture at 30 frames/s, with keyframes every 2 s, as fragments of a third of a second. */
export async function encode(options: Omit<RecordingOptions, "fragmentSeconds">): Promise<Encoded> {
  const folder = mkdtempSync(join(tmpdir(), "fragments-"));
  try {
    const file = join(folder, "live.mp4");
    await makeRecording(file, { ...options, fragmentSeconds: 1 / 3 });
    const encoded: Encoded = { init: Buffer.alloc(0), fragments: [] };
    const reader = new FragmentReader({
      init: (bytes) => (encoded.init = bytes),
      fragment: ({ bytes }) => void encoded.fragments.push(bytes),
    });
    reader.push(readFileSync(file));
    return encoded;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
