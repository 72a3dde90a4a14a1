/** What a receiving process is told. */
export interface ReceiverSettings {
  /** Its port on 127.0.0.1. */
  port: number;
  passphrase: string;
  keyBits: 128 | 192 | 256;
  latencyMs: number;
}

/** SRT's largest message in live mode, in bytes. */
export const largestMessage = 1456;
