import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ApiClient } from "../local/cli/demo/api-client.ts";
import { startSpotlight, type Spotlight } from "../test/support/spotlight.ts";

/** A running Spotlight to measure. */
export interface MeasuredSpotlight extends Spotlight {
  /** Its main process; all others descend from it. */
  pid: number;
  api: ApiClient;
  /** The RTMP URL for publishers. */
  publishUrl: string;
}

/**
 * Starts Spotlight on a data folder and free ports, like `npm start`, passes it to `use`, and always stops it.
 */
export async function withSpotlight<Result>(
  data: string,
  use: (spotlight: MeasuredSpotlight) => Promise<Result>,
): Promise<Result> {
  const spotlight = await startSpotlight(data);
  try {
    const { apiUrl, adminToken, ingestServer, streamKey } = spotlight.outputs;
    return await use({
      ...spotlight,
      pid: await lockHolder(data),
      api: new ApiClient(apiUrl, adminToken),
      publishUrl: `${ingestServer}/${streamKey}`,
    });
  } finally {
    await spotlight.stop();
  }
}

/** How an AWS SDK reaches the running services, and the catalogue's table. */
export async function awsOf(environment: Record<string, string>): Promise<{ table: string; options: ClientOptions }> {
  const options = {
    endpoint: environment["AWS_ENDPOINT_URL"]!,
    region: environment["AWS_REGION"]!,
    credentials: {
      accessKeyId: environment["AWS_ACCESS_KEY_ID"]!,
      secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"]!,
    },
  };
  const client = new DynamoDBClient(options);
  const { TableNames: [table] = [] } = await client.send(new ListTablesCommand({}));
  client.destroy();
  if (table === undefined) throw new Error("The stack has no table.");
  return { table, options };
}

interface ClientOptions {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** The id of the process that has locked the data folder. */
export async function lockHolder(data: string): Promise<number> {
  return Number(await readFile(join(data, "lock"), "utf8"));
}
