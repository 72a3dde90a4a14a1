import { lazyComponent } from "../../ui/lazy.tsx";

/** The tape is loaded when there is something on it. */
export const Tape = lazyComponent(async () => (await import("./Tape.tsx")).Tape);
