import { readFile } from "node:fs/promises";
import { join } from "node:path";
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

/** The id of the process that has locked the data folder. */
export async function lockHolder(data: string): Promise<number> {
  return Number(await readFile(join(data, "lock"), "utf8"));
}
