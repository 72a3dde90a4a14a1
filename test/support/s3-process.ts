import { createS3 } from "../../local/aws/s3/index.ts";
import { startStorageCloud } from "./storage.ts";

/** A process that serves S3 from the folder in its first argument, so that a test can kill it. */
const storage = await startStorageCloud({ folder: process.argv[2]! });
const s3 = await createS3(storage.cloud);
storage.gateway.register(s3.api!);
await storage.apply(s3, "aws:s3/bucket:Bucket", { bucket: "films" });
const { config } = await storage.role([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
await s3.start?.();
process.on("message", (message) => {
  if (message === "memory") process.send?.({ memory: process.memoryUsage().rss });
});
process.send?.({ config });
