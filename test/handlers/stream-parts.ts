import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { createTable } from "../../catalogue/table.ts";
import { createConnections } from "../../pipeline/stream/connections.ts";
import { createMessages } from "../../pipeline/stream/messages.ts";
import type { Stream } from "../../pipeline/stream/open-stream.ts";
import { createSockets } from "../../pipeline/stream/sockets.ts";
import type { TestDatabase } from "../catalogue/table.ts";
import type { AwsServer } from "./aws-server.ts";

/** A stream on a new table; its clients are behind `aws`. */
export async function streamParts(
  { database, aws }: { database: TestDatabase; aws: AwsServer },
  { now, atMost }: { now: () => number; atMost: number },
): Promise<Stream> {
  const table = createTable(await database.table());
  return {
    connections: createConnections({ table, atMost, now }),
    messages: createMessages({ table, now }),
    sockets: createSockets(
      new ApiGatewayManagementApiClient({ ...aws.options, endpoint: `${aws.options.endpoint}/stream` }),
    ),
  };
}

/** The path at which a connection is posted to. */
export function connectionPath(id: string): string {
  return `/stream/@connections/${encodeURIComponent(id)}`;
}

/** What a connection was sent, in order. */
export function sentTo(aws: AwsServer, id: string): unknown[] {
  return aws.calls
    .filter(({ operation, input }) => operation === connectionPath(id) && input !== undefined)
    .map(({ input }) => input);
}
