import type { MessageAttributes, Principal, Queues } from "../cloud.ts";

/** A received message, hidden from other receivers until its visibility timeout. */
export interface ReceivedMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  attributes: MessageAttributes;
  md5OfAttributes: string | undefined;
  /** `ApproximateReceiveCount`, `SentTimestamp`, `SenderId`, … as strings. */
  systemAttributes: Record<string, string>;
}

/** The queues as the other local services use them: sending, and the consumer's side for event source mappings. */
export interface QueueService extends Queues {
  /**
   * Long-polls for up to `max` (1–10) messages in the principal's name; resolves empty after `waitMs` or on `signal`.
   * `holder` names the consumer whose messages {@link releaseHeld} can give back. Throws AccessDenied.
   */
  receive(
    queueArn: string,
    principal: Principal,
    options: { max: number; waitMs: number; holder: string; signal: AbortSignal },
  ): Promise<ReceivedMessage[]>;
  /** Deletes messages by receipt handle. Throws AccessDenied. */
  remove(queueArn: string, principal: Principal, receiptHandles: readonly string[]): void;
  /**
   * Makes messages visible at once, as if this receipt had not happened: for work that the engine's stop interrupted.
   */
  release(queueArn: string, receiptHandles: readonly string[]): void;
  /** Makes visible what a consumer of an earlier run still held when it died. The receipt counts. */
  releaseHeld(queueArn: string, holder: string): void;
  /** Throws QueueDoesNotExist. */
  visibilityTimeoutSeconds(queueArn: string): number;
  /** Throws AccessDenied unless the principal may do all three that polling needs. */
  authorizeConsumer(queueArn: string, principal: Principal): void;
}
