import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";

/** Reaches clients through the WebSocket API. */
export interface Sockets {
  /** Sends a message as JSON; false if the connection is gone. */
  send(connection: string, message: object): Promise<boolean>;
  close(connection: string): Promise<void>;
}

export function createSockets(client: ApiGatewayManagementApiClient): Sockets {
  /** Whether the connection was still there. */
  async function unlessGone(call: Promise<unknown>): Promise<boolean> {
    try {
      await call;
      return true;
    } catch (error) {
      if (error instanceof GoneException) return false;
      throw error;
    }
  }
  return {
    send: (ConnectionId, message) =>
      unlessGone(client.send(new PostToConnectionCommand({ ConnectionId, Data: JSON.stringify(message) }))),
    async close(ConnectionId) {
      await unlessGone(client.send(new DeleteConnectionCommand({ ConnectionId })));
    },
  };
}
