import type { Appearance } from "../../domain/model.ts";
import type { Recognised } from "./recognise.ts";
import type { Presence, Truth } from "./script.ts";

/** How what was found differs from what is there. */
export interface Comparison {
  /** Presences of registered people. */
  real: number;
  missed: number;
  /** Appearances of someone who is not there. */
  wrong: number;
  /** Milliseconds by which in and out points at cuts are off. */
  atCuts: number[];
  /** The same where someone comes or goes within a shot. */
  withinShots: number[];
  missedCuts: number;
}

/** A cut that is found this close to the real one is found: frames that nothing depends on are not decoded. */
const cutToleranceMs = 90;

export function compare({ presences, cutsMs }: Truth, found: Recognised, registered: readonly string[]): Comparison {
  const appearances = found.sightings.flatMap(({ subject, appearances: all }) =>
    all.map((appearance) => ({ name: subject.id, appearance })),
  );
  const real = presences.filter(({ name }) => registered.includes(name));
  const result: Comparison = {
    real: real.length,
    missed: 0,
    wrong: appearances.filter(
      ({ name, appearance }) => !presences.some((one) => one.name === name && sharedMs(one, appearance) > 0),
    ).length,
    atCuts: [],
    withinShots: [],
    missedCuts: cutsMs.filter((cut) => !found.cutsMs.some((one) => Math.abs(one - cut) <= cutToleranceMs)).length,
  };
  for (const presence of real) {
    const match = appearances.find(
      ({ name, appearance }) =>
        name === presence.name && sharedMs(presence, appearance) > (presence.endMs - presence.startMs) / 2,
    );
    if (match === undefined) {
      result.missed += 1;
      continue;
    }
    const { startMs, endMs } = match.appearance;
    (presence.fromCut ? result.atCuts : result.withinShots).push(Math.abs(startMs - presence.startMs));
    (presence.toCut ? result.atCuts : result.withinShots).push(Math.abs(endMs - presence.endMs));
  }
  return result;
}

function sharedMs(a: Presence, b: Appearance): number {
  return Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs);
}
