import type { Clip, Person } from "../../api/types.ts";
import type { Piece } from "./layout.ts";

/** The moments of one person. */
export interface Lane {
  id: string;
  name: string;
  marks: Piece<Clip>[];
}

/** With more, the moments of all others share a lane. */
const MOST = 8;

/** How many lanes these people get. */
export const laneCount = (people: readonly unknown[]): number => Math.min(people.length, MOST);

/**
 * A lane for each person, in the order of the list and also before there are moments, so that nothing moves when some
 * arrive. `events` are what editors marked, `rest` has the moments of everyone else.
 */
export function lanesOf(
  marks: readonly Piece<Clip>[],
  people: readonly Pick<Person, "id" | "name">[],
): { lanes: Lane[]; events: Piece<Clip>[]; rest: Piece<Clip>[] } {
  const lanes = people.slice(0, MOST).map(({ id, name }): Lane => ({ id, name, marks: [] }));
  const byId = new Map(lanes.map((lane) => [lane.id, lane]));
  const events: Piece<Clip>[] = [];
  const rest: Piece<Clip>[] = [];
  for (const mark of marks) {
    const { kind, id } = mark.of.subject;
    (kind === "event" ? events : (byId.get(id)?.marks ?? rest)).push(mark);
  }
  return { lanes, events, rest };
}
