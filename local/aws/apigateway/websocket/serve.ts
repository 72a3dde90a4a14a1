import type { IncomingMessage, ServerResponse } from "node:http";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import type { Cloud, Origin } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import { properties } from "../../support/inputs.ts";
import type { Api, Stage } from "../apis.ts";
import { forwardedHeaders } from "../forwarded-headers.ts";
import { within } from "../within.ts";
import { newId, socketEvent, type SocketEvent } from "./event.ts";
import type { OpenSockets } from "./open-sockets.ts";
import type { Socket, SocketLimits } from "./socket.ts";

/** What a function made of an event: its status, or the status by which API Gateway reports that it failed. */
interface Outcome {
  status: number;
  error?: string;
}

/** Serves the WebSocket APIs, which share a host name; the path is the stage, which selects the API. */
export function serveSockets(
  cloud: Cloud,
  apis: ReadonlyMap<string, Api>,
  options: { domainName: () => string; sockets: OpenSockets; limits: SocketLimits },
): Origin {
  const { sockets, limits } = options;
  const log = cloud.log.child("apigateway");
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.messageBytes,
    // API Gateway answers no subprotocol unless the function does, which the local engine refuses.
    handleProtocols: () => false,
  });

  return async ({ request, response, path, headers, upgrade }) => {
    const at = path.indexOf("?");
    const [pathname, query] = at === -1 ? [path, ""] : [path.slice(0, at), path.slice(at + 1)];
    const found = findStage(pathname);
    if (found === undefined) {
      refuse(response, 403, "Forbidden");
      return;
    }
    if (upgrade === undefined) {
      refuse(response, 426, "Upgrade Required");
      return;
    }
    const { api, stage } = found;
    if (!stage.throttles.take("$connect")) {
      refuse(response, 429, "Too Many Requests");
      return;
    }
    const userAgent = headers["user-agent"];
    const domainName = options.domainName();
    const opening: Omit<Socket, "webSocket"> = {
      id: newId(),
      api,
      stage,
      domainName,
      identity: {
        sourceIp: request.socket.remoteAddress ?? "",
        ...(userAgent !== undefined && { userAgent }),
      },
      connectedAt: new Date(),
    };
    const connect: SocketEvent = {
      eventType: "CONNECT",
      headers: forwardedHeaders(request, headers, domainName),
      query,
    };
    const { status, error } = await run(opening, "$connect", connect, newId());
    if (status < 200 || status > 299) {
      refuse(response, status, error ?? "");
      return;
    }
    accept(request, response, upgrade, opening);
  };

  function findStage(path: string): { api: Api; stage: Stage } | undefined {
    for (const api of apis.values()) {
      const stage = api.protocol === "WEBSOCKET" ? api.stages.get(path.replace(/^\/|\/$/g, "")) : undefined;
      if (stage !== undefined) return { api, stage };
    }
    return undefined;
  }

  function accept(
    request: IncomingMessage,
    response: ServerResponse,
    head: Buffer,
    opening: Omit<Socket, "webSocket">,
  ): void {
    response.detachSocket(request.socket);
    server.handleUpgrade(request, request.socket, head, (webSocket) => {
      const socket: Socket = { ...opening, webSocket };
      sockets.add(socket);
      webSocket.on("message", (data, isBinary) => {
        sockets.used(socket.id);
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
        if (isBinary) webSocket.close(1003, "Unsupported data");
        else void receive(socket, textOf(data)).catch((cause: unknown) => log.error("A message failed", cause));
      });
      // An error is followed by "close", which says what the client is told.
      webSocket.on("error", () => undefined);
      webSocket.once("close", (code, reason) => {
        sockets.delete(socket.id);
        const event: SocketEvent = { eventType: "DISCONNECT", code, reason: reason.toString() };
        void run(socket, "$disconnect", event, newId()).catch((cause: unknown) =>
          log.error("$disconnect failed", cause),
        );
      });
    });
  }

  /** Hands a message to its route. Only what went wrong is answered: routes have no responses here. */
  async function receive(socket: Socket, body: string): Promise<void> {
    const requestId = newId();
    const routeKey = routeOf(socket.api, body);
    const answer = (message: string): void =>
      send(socket.webSocket, JSON.stringify({ message, connectionId: socket.id, requestId }));
    if (routeKey === undefined) {
      answer("Forbidden");
      return;
    }
    if (!socket.stage.throttles.take(routeKey)) {
      answer("Too Many Requests");
      return;
    }
    const { status } = await run(socket, routeKey, { eventType: "MESSAGE", routeKey, body }, requestId);
    if (status >= 500) answer("Internal server error");
  }

  /** Runs the function of a route; a route that does not exist has nothing to say. */
  async function run(
    socket: Omit<Socket, "webSocket">,
    routeKey: string,
    happened: SocketEvent,
    requestId: string,
  ): Promise<Outcome> {
    const { api, stage } = socket;
    const route = [...api.routes.values()].find(({ key }) => key === routeKey);
    const integration = route && api.integrations.get(route.integrationId);
    if (integration === undefined) return { status: 200 };
    const failed = (status: number, why: string): Outcome => {
      log.error(`${stage.name} ${routeKey}: ${why}`);
      return { status, error: status === 504 ? "Endpoint request timed out" : "Internal server error" };
    };
    try {
      const event = socketEvent(socket, happened, requestId, new Date());
      const source = { kind: "service", service: "apigateway.amazonaws.com" } as const;
      const sourceArn = `${api.executionArn}/${stage.name}/${routeKey}`;
      const result = await within(
        integration.timeoutMs,
        cloud.functions.invoke(integration.functionArn, event, { ...source, sourceArn }),
      );
      if (result === "late") return failed(504, `${integration.functionArn} took over ${integration.timeoutMs} ms.`);
      if (result.error !== undefined) return failed(502, result.error.errorMessage);
      const answer = properties(JSON.parse(result.payload));
      const status = Number(answer?.["statusCode"]);
      if (!Number.isInteger(status)) return failed(502, "the function's result has no statusCode");
      const names = Object.keys(properties(answer?.["headers"]) ?? {}).map((name) => name.toLowerCase());
      if (names.includes("sec-websocket-protocol"))
        throw new AwsError("NotImplemented", "Subprotocols are not supported by the local engine.", 501);
      return { status };
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      return failed(500, cause.message);
    }
  }
}

/** Sends a text message, unless the connection is closing. */
function send(webSocket: WebSocket, text: string): void {
  if (webSocket.readyState === webSocket.OPEN) webSocket.send(text);
}

/** The message's own choice if there is such a route, else `$default` if there is that. */
function routeOf(api: Api, body: string): string | undefined {
  const keys = [...api.routes.values()].map(({ key }) => key);
  const chosen = memberOf(body, api.routeMember);
  const own = typeof chosen === "string" && !chosen.startsWith("$") && keys.includes(chosen) ? chosen : "$default";
  return keys.includes(own) ? own : undefined;
}

function memberOf(body: string, name: string): unknown {
  try {
    return properties(JSON.parse(body))?.[name];
  } catch {
    return undefined;
  }
}

function textOf(data: RawData): string {
  if (data instanceof ArrayBuffer) return Buffer.from(data).toString("utf8");
  return (Array.isArray(data) ? Buffer.concat(data) : data).toString("utf8");
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(message === "" ? "" : JSON.stringify({ message }));
}
