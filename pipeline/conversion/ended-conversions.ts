import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { JobStateChangeEvent } from "./job-state-change.ts";

/** Where conversions that ended wait for `find-people`. */
export interface EndedConversions {
  /** Queues an event as EventBridge does; queueing it twice does no harm. */
  add(event: JobStateChangeEvent): Promise<void>;
}

/** The queue at `url`. */
export function createEndedConversions({ client, url }: { client: SQSClient; url: string }): EndedConversions {
  return {
    async add(event) {
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(event) }));
    },
  };
}
