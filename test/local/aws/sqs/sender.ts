import { openMessageStore } from "../../../../local/aws/sqs/store.ts";

/** A separate process for the SIGKILL test: stores messages, receives one, reports it and waits to be killed. */
const [folder = ""] = process.argv.slice(2);
const store = openMessageStore(folder);
store.insert(
  "queue",
  ["one", "two"].map((body) => ({ body, attributes: {}, sender: "test", delaySeconds: 0, retentionSeconds: 600 })),
);
store.take("queue", { max: 1, visibilityMs: 600_000, holder: "consumer" });
process.send?.("stored");
setInterval(() => undefined, 1000);
