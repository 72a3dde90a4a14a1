import type { Subject } from "../../domain/model.ts";

/** A person of the tests as a subject: `ada` is named Ada. */
export function person(id: string): Subject {
  return { kind: "person", id, name: `${id.slice(0, 1).toUpperCase()}${id.slice(1)}` };
}

/** An event of the match as a subject. */
export const goal: Subject = { kind: "event", id: "_goal", name: "Goal" };
