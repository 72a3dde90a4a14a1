import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Recording } from "../../domain/model.ts";

/** What the queue carries to `convert-recording`. */
export interface ConvertMessage {
  /** Recording id. */
  recording: string;
  bucket: string;
  key: string;
}

/** Where recordings wait to be converted. */
export interface ConversionQueue {
  /**
   * Queues a recording; queueing it twice does no harm.
   * @param delaySeconds How long it waits before its turn, at most 900.
   */
  add(recording: Pick<Recording, "id" | "bucket" | "key">, delaySeconds?: number): Promise<void>;
}

/** The queue at `url`. */
export function createConversionQueue({ client, url }: { client: SQSClient; url: string }): ConversionQueue {
  return {
    async add({ id, bucket, key }, delaySeconds) {
      const message: ConvertMessage = { recording: id, bucket, key };
      await client.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: JSON.stringify(message),
          ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
        }),
      );
    },
  };
}
