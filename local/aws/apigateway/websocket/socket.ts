import type { WebSocket } from "ws";
import type { Api, Stage } from "../apis.ts";

/** A client's connection to a WebSocket API. */
export interface Socket {
  id: string;
  api: Api;
  stage: Stage;
  domainName: string;
  identity: { sourceIp: string; userAgent?: string };
  connectedAt: Date;
  webSocket: WebSocket;
}

/**
 * What API Gateway allows a connection:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export interface SocketLimits {
  /** Closed after so long without a message in either direction. */
  idleMs: number;
  /** Closed at this age. */
  durationMs: number;
  /** Largest message in either direction. (A frame has at most 32 KB; `ws` doesn't show frames.) */
  messageBytes: number;
}

export const socketLimits: SocketLimits = {
  idleMs: 10 * 60_000,
  durationMs: 2 * 3_600_000,
  messageBytes: 128 * 1024,
};
