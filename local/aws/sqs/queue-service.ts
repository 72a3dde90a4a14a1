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

/** The queues as other local services use them: for sending, and for consuming in event source mappings. */
export interface QueueService extends Queues {
  /**
   * Long-polls for up to `max` (1–10) messages as the principal; resolves empty after `waitMs` or on `signal`.
   * `holder` names the consumer whose messages {@link releaseHeld} can return to the queue. Throws AccessDenied.
   */
  receive(
    queueArn: string,
    principal: Principal,
    options: { max: number; waitMs: number; holder: string; signal: AbortSignal },
  ): Promise<ReceivedMessage[]>;
  /** Deletes messages by receipt handle. Throws AccessDenied. */
  remove(queueArn: string, principal: Principal, receiptHandles: readonly string[]): void;
  /**
   * Makes messages visible at once without counting this receipt, for work that stopping the engine interrupted.
   */
  release(queueArn: string, receiptHandles: readonly string[]): void;
  /** Makes messages visible that a consumer of an earlier run held when it died. The receipt counts. */
  releaseHeld(queueArn: string, holder: string): void;
  /** Throws QueueDoesNotExist. */
  visibilityTimeoutSeconds(queueArn: string): number;
  /** Throws AccessDenied unless the principal has all three permissions that polling needs. */
  authorizeConsumer(queueArn: string, principal: Principal): void;
}
