import { openDynamoEngine } from "../../../../../local/aws/dynamodb/engine.ts";

/** Writes items without end, for a test that kills it: `writer.ts FOLDER STREAM-ARN`. Says when there are 200. */
const [folder = "", arn = ""] = process.argv.slice(2);
const engine = await openDynamoEngine(folder);
await engine.streams.enable("moments", { arn, keyNames: ["pk", "sk"] });
for (let batch = 0; ; batch++) {
  await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      engine.run("PutItem", { TableName: "moments", Item: { pk: { S: "a" }, sk: { S: `${batch}-${at}` } } }),
    ),
  );
  if (batch === 20) process.stdout.write("200\n");
}
