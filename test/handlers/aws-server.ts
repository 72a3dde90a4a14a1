import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as the SDK sent it: the operation and the parsed body. */
export interface Call {
  /** `StartFaceSearch`, or the path for REST services: `/2017-08-29/jobs`. */
  operation: string;
  input: unknown;
}

/** What the server answers; an error has the service's own name for it. */
export type Answer = { status?: number; error?: string; body?: object };

/** Services of AWS that answer as the test plans. */
export interface AwsServer {
  /** Options for the SDK's clients. */
  options: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  /** All calls so far, oldest first. */
  calls: Call[];
  /** What this operation answers from now on. */
  answer(operation: string, answer: Answer | ((input: unknown) => Answer)): void;
  /** Forgets calls and answers. */
  reset(): void;
  stop(): Promise<void>;
}

/** Starts the services on a free port. */
export async function startAws(): Promise<AwsServer> {
  const calls: Call[] = [];
  const answers = new Map<string, Answer | ((input: unknown) => Answer)>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const target = request.headers["x-amz-target"];
      const operation = typeof target === "string" ? (target.split(".").at(-1) ?? "") : (request.url ?? "");
      const text = Buffer.concat(chunks).toString();
      const input: unknown = text === "" ? undefined : JSON.parse(text);
      calls.push({ operation, input });
      const planned = answers.get(operation) ?? { status: 501, error: "NotPlanned" };
      const { status = 200, error, body = {} } = typeof planned === "function" ? planned(input) : planned;
      response.writeHead(status, {
        "content-type": "application/json",
        ...(error !== undefined && { "x-amzn-errortype": error }),
      });
      response.end(
        JSON.stringify({ ...(error !== undefined && { __type: error, message: `planned ${error}` }), ...body }),
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    options: {
      endpoint: `http://127.0.0.1:${port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    },
    calls,
    answer: (operation, answer) => answers.set(operation, answer),
    reset() {
      calls.length = 0;
      answers.clear();
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
