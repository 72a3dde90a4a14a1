import { randomBytes } from "node:crypto";
import { logTime } from "../log-time.ts";
import type { Socket } from "./socket.ts";

/** What happened on a connection. */
export type SocketEvent =
  | { eventType: "CONNECT"; headers: Record<string, string>; query: string }
  | { eventType: "MESSAGE"; routeKey: string; body: string }
  | { eventType: "DISCONNECT"; code: number; reason: string };

/** What close codes say that come without a reason, as seen in events of live APIs. */
const reasons: Readonly<Record<number, string>> = {
  1001: "Going away",
  1005: "Client-side close frame status not set",
};

/**
 * The event that a WebSocket API's route hands to its function.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 */
export function socketEvent(
  socket: Omit<Socket, "webSocket">,
  happened: SocketEvent,
  requestId: string,
  at: Date,
): Record<string, unknown> {
  const requestContext = {
    ...(happened.eventType === "MESSAGE" && { messageId: newId() }),
    routeKey: happened.eventType === "MESSAGE" ? happened.routeKey : `$${happened.eventType.toLowerCase()}`,
    ...(happened.eventType === "DISCONNECT" && {
      disconnectStatusCode: happened.code,
      disconnectReason: happened.reason === "" ? (reasons[happened.code] ?? "") : happened.reason,
    }),
    eventType: happened.eventType,
    extendedRequestId: requestId,
    requestTime: logTime(at),
    messageDirection: "IN",
    stage: socket.stage.name,
    connectedAt: socket.connectedAt.getTime(),
    requestTimeEpoch: at.getTime(),
    identity: socket.identity,
    requestId,
    domainName: socket.domainName,
    connectionId: socket.id,
    apiId: socket.api.id,
  };
  const variables = Object.keys(socket.stage.variables).length === 0 ? {} : { stageVariables: socket.stage.variables };
  switch (happened.eventType) {
    case "CONNECT":
      return {
        headers: happened.headers,
        multiValueHeaders: lists(Object.entries(happened.headers)),
        ...queryOf(happened.query),
        ...variables,
        requestContext,
        isBase64Encoded: false,
      };
    case "MESSAGE":
      return { ...variables, requestContext, body: happened.body, isBase64Encoded: false };
    case "DISCONNECT": {
      const headers = { Host: socket.domainName, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" };
      return {
        headers,
        multiValueHeaders: lists(Object.entries(headers)),
        ...variables,
        requestContext,
        isBase64Encoded: false,
      };
    }
  }
}

/** An id as API Gateway gives to connections, messages and requests: `TXzPWdnOjoECGjA=`. */
export function newId(): string {
  return `${randomBytes(11).toString("base64url")}=`;
}

/** Of a repeated parameter, the first map has the last value. */
function queryOf(query: string): Record<string, unknown> {
  const pairs = [...new URLSearchParams(query)];
  return pairs.length === 0
    ? {}
    : { queryStringParameters: Object.fromEntries(pairs), multiValueQueryStringParameters: lists(pairs) };
}

function lists(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const [name, value] of pairs) (all[name] ??= []).push(value);
  return all;
}
