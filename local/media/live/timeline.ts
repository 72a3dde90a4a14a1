/** A longer jump is a new clock, not a pause of the publisher, in milliseconds. */
const forwardJump = 10_000;
const backwardJump = -1_000;
/** Replaces a jump: about one frame, in milliseconds. */
const step = 33;

/**
 * Turns a publisher's 32-bit millisecond timestamps, which start anywhere, wrap and may jump, into a
 * continuous timeline from 0. Sound and picture share it, so that they stay in sync across a jump.
 */
export class Timeline {
  #lastInput: number | undefined;
  #lastOutput = 0;

  /**
   * The place of a timestamp on the timeline, in milliseconds; negative before its start. `jumped`: the publisher's
   * clock has changed here.
   */
  place(timestamp: number): { at: number; jumped: boolean } {
    const difference = this.#lastInput === undefined ? 0 : (timestamp - this.#lastInput) | 0;
    const jumped = difference > forwardJump || difference < backwardJump;
    this.#lastInput = timestamp;
    this.#lastOutput += jumped ? step : difference;
    return { at: this.#lastOutput, jumped };
  }
}
