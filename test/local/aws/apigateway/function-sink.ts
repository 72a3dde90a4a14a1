import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What a WebSocket API hands to a function. */
export interface SeenEvent {
  headers?: Record<string, string>;
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
  body?: string;
  isBase64Encoded: boolean;
  requestContext: Record<string, unknown> & { eventType: string; routeKey: string; connectionId: string };
}

/** Where {@link sinkFunction} reports its events, and learns what to return. */
export interface FunctionSink {
  /** Source of the function. */
  source: string;
  events: SeenEvent[];
  /** The next event of the type (and connection), or the first that was not waited for yet. */
  next(eventType: string, connectionId?: string): Promise<SeenEvent>;
  /** Forgets what nobody waited for. */
  forget(): void;
  /** What the function returns; throws if it is `undefined`. @default `{ statusCode: 200 }` */
  answer: (event: SeenEvent) => unknown;
  stop(): Promise<void>;
}

/** Starts the server behind a function that returns what the test says. */
export async function startFunctionSink(): Promise<FunctionSink> {
  const waiting: { wanted: (event: SeenEvent) => boolean; resolve: (event: SeenEvent) => void }[] = [];
  const unseen: SeenEvent[] = [];
  const sink: Omit<FunctionSink, "source" | "stop"> = {
    events: [],
    answer: () => ({ statusCode: 200 }),
    next(eventType, connectionId) {
      const wanted = ({ requestContext }: SeenEvent): boolean =>
        requestContext.eventType === eventType &&
        (connectionId === undefined || requestContext.connectionId === connectionId);
      const at = unseen.findIndex(wanted);
      if (at >= 0) return Promise.resolve(unseen.splice(at, 1)[0]!);
      return new Promise((resolve) => waiting.push({ wanted, resolve }));
    },
    forget() {
      unseen.length = 0;
      sink.events.length = 0;
    },
  };
  const server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      const event = JSON.parse(body) as SeenEvent;
      sink.events.push(event);
      const at = waiting.findIndex(({ wanted }) => wanted(event));
      if (at >= 0) waiting.splice(at, 1)[0]!.resolve(event);
      else unseen.push(event);
      response.end(JSON.stringify(sink.answer(event) ?? null));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(sink, {
    source: `export const handler = async (event) => {
      const response = await fetch("${url}", { method: "POST", body: JSON.stringify(event) });
      const result = await response.json();
      if (result === null) throw new Error("broken");
      return result;
    };`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
