import type { Principal } from "../../cloud.ts";
import type { StreamRecord } from "./record.ts";

/** Where a new reader begins: at the oldest record, or after the newest. */
export type StartingPosition = "TRIM_HORIZON" | "LATEST";

/**
 * The streams of tables as event source mappings read them. Each reader has a position, which survives a SIGKILL; a
 * record is kept until all readers are past it, 24 hours at most.
 */
export interface StreamService {
  /** Throws AccessDenied unless the principal has the permissions that reading a stream needs. */
  authorizeReader(streamArn: string, principal: Principal): void;
  /** Makes a reader known, unless it is. Throws ResourceNotFoundException if there is no such stream. */
  open(streamArn: string, reader: string, from: StartingPosition): Promise<void>;
  /** Up to `max` records after the reader's position, oldest first. Waits for one, but not after `signal`. */
  receive(
    streamArn: string,
    reader: string,
    options: { max: number; signal: AbortSignal },
  ): Promise<readonly StreamRecord[]>;
  /** Moves the reader's position to the record of this sequence number. */
  advance(streamArn: string, reader: string, sequenceNumber: string): Promise<void>;
  /** Forgets a reader. */
  close(streamArn: string, reader: string): Promise<void>;
}
