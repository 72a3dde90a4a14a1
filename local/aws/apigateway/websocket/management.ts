import type { Iam, ServiceApi } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import { readBody, respond, unknownOperation } from "../../protocols/json.ts";
import type { OpenSockets } from "./open-sockets.ts";
import type { Socket, SocketLimits } from "./socket.ts";

/** A client that reads too slowly has this much waiting; more is not taken for it. */
const waitingBytes = 1024 * 1024;

/**
 * The API by which a back end sends to clients and closes their connections, at `STAGE/@connections/ID`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function managementApi({
  iam,
  sockets,
  limits,
}: {
  iam: Iam;
  sockets: OpenSockets;
  limits: SocketLimits;
}): ServiceApi {
  return {
    signingName: "execute-api",
    async handle(call) {
      const { method = "GET" } = call.request;
      await respond(
        call,
        "application/json",
        async ({ principal }) => {
          const [, stage = "", marker, encoded = "", ...rest] = call.url.pathname.split("/");
          if (marker !== "@connections" || rest.length > 0 || !["GET", "POST", "DELETE"].includes(method))
            throw unknownOperation("execute-api", `${method} ${call.url.pathname}`);
          const socket = sockets.get(decodeURIComponent(encoded));
          if (socket?.stage.name !== stage) throw new AwsError("GoneException", "The connection is gone.", 410);
          const resource = `${socket.api.executionArn}/${stage}/${method}/@connections/${socket.id}`;
          iam.authorize(principal, "execute-api:ManageConnections", resource);
          if (method === "DELETE") socket.webSocket.close(1000, "Connection closed by the API");
          else if (method === "POST") post(socket, await readBody(call.request));
          else
            return {
              connectedAt: socket.connectedAt.toISOString(),
              identity: socket.identity,
              lastActiveAt: sockets.lastUsed(socket.id).toISOString(),
            };
          return undefined;
        },
        method === "DELETE" ? 204 : 200,
      );
    },
  };

  function post(socket: Socket, data: Buffer): void {
    const { id, webSocket } = socket;
    if (data.length > limits.messageBytes) throw new AwsError("PayloadTooLargeException", "Message too long", 413);
    if (webSocket.readyState !== webSocket.OPEN) throw new AwsError("GoneException", "The connection is closing.", 410);
    if (webSocket.bufferedAmount + data.length > waitingBytes)
      throw new AwsError("LimitExceededException", "The client reads too slowly.", 429);
    webSocket.send(data.toString("utf8"));
    sockets.used(id);
  }
}
