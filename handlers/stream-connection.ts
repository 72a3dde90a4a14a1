import { createHash } from "node:crypto";
import { streamId } from "../domain/stream-id.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { fieldsOf } from "../pipeline/runtime/event.ts";
import { setting } from "../pipeline/runtime/settings.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";
import { openStream, type Stream } from "../pipeline/stream/open-stream.ts";

/**
 * The parts of a WebSocket API's events that are read.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 */
export interface ConnectionEvent {
  requestContext: {
    eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
    connectionId: string;
    /** Milliseconds since the epoch. */
    connectedAt: number;
  };
  /** Of CONNECT, with names as the client wrote them. */
  headers?: Record<string, string>;
  /** Of MESSAGE. */
  body?: string;
}

/** Anything but 2xx refuses the connection. */
export interface ConnectionResponse {
  statusCode: number;
}

/** What the handler works with. */
export interface StreamConnectionDeps extends Stream {
  /** SHA-256, in hex, of the secret that only the distribution sends. */
  originSecretSha256: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: StepLog;
}

/** The header with which the distribution shows who it is, as it does to the REST API. */
const originHeader = "x-origin-verify";

/**
 * A client connects to the stream, says what it knows, or leaves. It gets messages only once it has said what it knows,
 * `{"after": ID}`: until $connect has been answered, API Gateway answers posts to the connection with 410.
 * https://repost.aws/knowledge-center/410-gone-api-gateway
 */
export function createHandler({
  connections,
  messages,
  sockets,
  originSecretSha256,
  now,
  log,
}: StreamConnectionDeps): (event: ConnectionEvent) => Promise<ConnectionResponse> {
  async function connect(headers: Record<string, string>): Promise<number> {
    const [, secret = ""] = Object.entries(headers).find(([name]) => name.toLowerCase() === originHeader) ?? [];
    // What is compared are hashes, of which a caller learns nothing from the time that it takes.
    if (createHash("sha256").update(secret).digest("hex") !== originSecretSha256.toLowerCase()) {
      log.info("connection-direct");
      return 403;
    }
    if (!(await connections.isFull())) return 200;
    log.info("connections-full");
    return 503;
  }

  async function receive(id: string, connectedAtMs: number, body: string): Promise<void> {
    if (!(await connections.add(id, connectedAtMs))) {
      log.info("connections-full");
      await sockets.close(id);
      return;
    }
    // Read after it was added: what is written later is pushed to it.
    const missed = await messages.after(afterIn(body));
    for (const message of missed ?? [{ type: "reset", id: streamId(now()) }])
      if (!(await sockets.send(id, message))) {
        await connections.remove(id);
        return;
      }
    log.info("connection-caught-up", { missed: missed?.length });
  }

  return async (input) => {
    const event = fieldsOf(input);
    const context = event.fields("requestContext");
    const id = context.text("connectionId");
    switch (context.text("eventType")) {
      case "CONNECT":
        return { statusCode: await connect(input.headers ?? {}) };
      case "DISCONNECT":
        await connections.remove(id);
        return { statusCode: 200 };
      default:
        await receive(id, context.number("connectedAt"), event.optionalText("body") ?? "");
        return { statusCode: 200 };
    }
  };
}

/** The id in `{"after": ID}`; undefined for whatever else a client sends, which then learns where the stream is. */
function afterIn(body: string): string | undefined {
  try {
    return fieldsOf(JSON.parse(body)).optionalText("after");
  } catch {
    return undefined;
  }
}

/** Lambda entry point: the routes of the stream's WebSocket API. */
export const handler = entryPoint("stream-connection", (log) =>
  createHandler({ ...openStream(), originSecretSha256: setting("ORIGIN_SECRET_SHA256"), now: Date.now, log }),
);
