import assert from "node:assert/strict";
import { recordingStates, transitions, type RecordingState, type Transition } from "../../domain/recording-states.ts";

const all: Record<string, Transition> = transitions;

/** The steps that may be taken in a state, with the state that each leads to. */
const stepsFrom = (state: RecordingState): [string, RecordingState][] =>
  Object.entries(all)
    .filter(([, { from }]) => from.includes(state))
    .map(([name, { to = state }]) => [name, to]);

describe("a recording's states", () => {
  it("lead from the archive to the clips", () => {
    let state: RecordingState = "archived";
    for (const step of ["converting", "converted", "analysing", "indexed"] as const) {
      const transition: Transition = transitions[step];
      assert.ok(transition.from.includes(state), `${step} from ${state}`);
      state = transition.to ?? state;
    }
    assert.equal(state, "indexed");
  });

  it("end with indexed, which only indexing again keeps", () => {
    assert.deepEqual(stepsFrom("indexed"), [["indexed", "indexed"]]);
  });

  it("end with failed, which only a retry leaves", () => {
    assert.deepEqual(stepsFrom("failed"), [["retry", "archived"]]);
  });

  it("end with idle when there is nothing to convert, which only a retry leaves", () => {
    assert.deepEqual(stepsFrom("idle"), [["retry", "archived"]]);
    for (const state of recordingStates)
      assert.equal(
        stepsFrom(state).some(([step]) => step === "idle"),
        state === "archived",
      );
  });

  it("let the sweeper redrive, restart or abandon anything that waits", () => {
    for (const state of ["archived", "converting", "analysing"] as const) {
      const steps = new Map(stepsFrom(state));
      assert.deepEqual(
        ["redrive", "restart", "giveUp", "failed"].map((step) => steps.get(step)),
        [state, "archived", "failed", "failed"],
      );
    }
  });

  it("are all reachable", () => {
    const reachable = new Set<RecordingState>(["archived"]);
    for (let size = 0; size < reachable.size;) {
      size = reachable.size;
      for (const state of [...reachable]) for (const [, to] of stepsFrom(state)) reachable.add(to);
    }
    assert.deepEqual([...reachable].sort(), [...recordingStates].sort());
  });
});
