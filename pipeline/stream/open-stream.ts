import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createTable } from "../../catalogue/table.ts";
import { numberSetting, setting } from "../runtime/settings.ts";
import { createConnections, type Connections } from "./connections.ts";
import { createMessages, type Messages } from "./messages.ts";
import { createSockets, type Sockets } from "./sockets.ts";

/** The stream of changes: who gets it, what it had, and the way to its clients. */
export interface Stream {
  connections: Connections;
  messages: Messages;
  sockets: Sockets;
}

/** The stream that the environment names: STREAM_TABLE, STREAM_ENDPOINT, CONNECTIONS_AT_MOST. */
export function openStream(): Stream {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient());
  const table = createTable({ client, table: setting("STREAM_TABLE") });
  const atMost = numberSetting("CONNECTIONS_AT_MOST", { min: 1, max: 10_000 });
  return {
    connections: createConnections({ table, atMost, now: Date.now }),
    messages: createMessages({ table, now: Date.now }),
    sockets: createSockets(new ApiGatewayManagementApiClient({ endpoint: setting("STREAM_ENDPOINT") })),
  };
}
