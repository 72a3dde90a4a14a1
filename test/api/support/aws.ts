import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { urlOf } from "./http.ts";

/** A call that reached AWS: the operation, and its input as it was on the wire. */
export interface AwsCall {
  operation: string;
  input: unknown;
}

/** How an operation is answered. */
export type AwsAnswer = { status?: number; body?: unknown; headers?: Record<string, string> };

/** Rekognition, MediaLive, S3 and SQS as this test wants them to answer, on a free port. */
export interface TestAws {
  url: string;
  /** All calls so far, in order. */
  calls: AwsCall[];
  /** Answers an operation (`DetectFaces`, `GET /prod/channels/1`, `GET /bucket/key`), or all others (`*`). */
  on(operation: string, answer: AwsAnswer | ((input: unknown) => AwsAnswer)): void;
  /** Forgets calls and answers. */
  reset(): void;
  stop(): Promise<void>;
}

/** An error of a service with a JSON protocol. */
export function awsError(status: number, code: string, message = code): AwsAnswer {
  return { status, body: { __type: code, message }, headers: { "x-amzn-errortype": code } };
}

/** Takes a message for a queue. The SDK compares the digest of what it sent. */
export function sent(input: unknown): AwsAnswer {
  const message =
    typeof input === "object" && input !== null && "MessageBody" in input ? String(input.MessageBody) : "";
  return { body: { MessageId: "1", MD5OfMessageBody: createHash("md5").update(message).digest("hex") } };
}

/** Starts the services. An operation without an answer is a 500 that names it. */
export async function startAws(): Promise<TestAws> {
  const calls: AwsCall[] = [];
  const answers = new Map<string, AwsAnswer | ((input: unknown) => AwsAnswer)>();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.headers["x-amz-target"];
    const operation =
      typeof target === "string"
        ? (target.split(".").at(-1) ?? target)
        : `${request.method ?? ""} ${(request.url ?? "").split("?", 1)[0] ?? ""}`;
    const text = await textOf(request);
    const input: unknown = text === "" ? undefined : text.startsWith("<") ? text : JSON.parse(text);
    calls.push({ operation, input });
    const unplanned = awsError(500, "NotPlanned", `The test has no answer for ${operation}`);
    const planned = answers.get(operation) ?? answers.get("*") ?? unplanned;
    const { status = 200, body = {}, headers = {} } = typeof planned === "function" ? planned(input) : planned;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: urlOf(server),
    calls,
    on: (operation, answer) => void answers.set(operation, answer),
    reset() {
      calls.length = 0;
      answers.clear();
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
