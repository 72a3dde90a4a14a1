import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Wakes `advance-searches`. */
export interface SearchQueue {
  /** Something happened that a search may wait for; saying it twice does no harm. */
  wake(): Promise<void>;
}

/** The queue at `url`. Its messages say nothing: what there is to do is in the catalogue. */
export function createSearchQueue({ client, url }: { client: SQSClient; url: string }): SearchQueue {
  return {
    async wake() {
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "{}" }));
    },
  };
}
