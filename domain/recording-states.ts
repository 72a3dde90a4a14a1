/**
 * How far a recording got. `idle` (nobody streamed, so it is not converted) and `failed` keep the sentence that says
 * why.
 */
export type RecordingState = "archived" | "converting" | "analysing" | "indexed" | "idle" | "failed";

/** A step of a recording: the states that it may be taken in, and the state that it leads to. */
export interface Transition {
  from: readonly RecordingState[];
  /** The state stays when absent. */
  to?: RecordingState;
}

/** The states of a recording that waits for something: an event, a queue, a job. */
export const pendingStates = ["archived", "converting", "analysing"] as const satisfies readonly RecordingState[];

/** All states, in the order in which a recording passes them. */
export const recordingStates = [
  ...pendingStates,
  "indexed",
  "idle",
  "failed",
] as const satisfies readonly RecordingState[];

/**
 * The state machine of a recording. A step that is reported in any other state is late or a duplicate, and changes
 * nothing.
 *
 * A recording that is indexed again stays indexed; one that failed or is idle leaves that state only by `retry`.
 */
export const transitions = {
  /** Its conversion job started. */
  converting: { from: ["archived"], to: "converting" },
  /** It has no picture of an input: not worth a conversion. */
  idle: { from: ["archived"], to: "idle" },
  /** Its conversion succeeded. The event may overtake the answer that named the job. */
  converted: { from: ["archived", "converting"] },
  /** Detectors start on the converted recording. */
  analysing: { from: ["archived", "converting"], to: "analysing" },
  /** Its clips are up to date. */
  indexed: { from: [...pendingStates, "indexed"], to: "indexed" },
  /** Something failed permanently. */
  failed: { from: pendingStates, to: "failed" },
  /** An editor asks for another attempt. */
  retry: { from: ["failed", "idle"], to: "archived" },
  /** The sweeper sends it to the step that it waits for. */
  redrive: { from: pendingStates },
  /** The sweeper starts it over, because its job no longer exists. */
  restart: { from: pendingStates, to: "archived" },
  /** The sweeper gives it up. */
  giveUp: { from: pendingStates, to: "failed" },
} as const satisfies Record<string, Transition>;
