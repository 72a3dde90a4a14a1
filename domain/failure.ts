/** What kept a recording from becoming clips: the recording itself, one of the steps, or anything else. */
export const failureKinds = ["no-video", "conversion", "search", "processing"] as const;

export type FailureKind = (typeof failureKinds)[number];

/** Why a recording failed. */
export interface Failure {
  kind: FailureKind;
  /** One sentence, with the words of services and the names of buckets: for who runs the stack, not for viewers. */
  reason: string;
}
