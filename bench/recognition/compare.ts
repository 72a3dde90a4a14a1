import type { Appearance } from "../../domain/model.ts";
import type { Recognised } from "./recognise.ts";
import type { Presence, Truth } from "./script.ts";

/** How what was found differs from what is there. */
export interface Comparison {
  /** Presences of registered people. */
  real: number;
  missed: number;
  /** The same for presences that are hard to see, by what makes them hard. */
  hard: Record<Hardship, { real: number; missed: number }>;
  /** Appearances of someone who is not there. */
  wrong: number;
  /** Milliseconds by which in and out points at cuts are off. */
  atCuts: number[];
  /** The same where someone comes or goes within a shot. */
  withinShots: number[];
  missedCuts: number;
}

/** What makes a presence hard to see. */
const hardships = {
  "small, below 80 px": ({ pixels }: Presence) => pixels < 80,
  "blurred, 1 px or more": ({ blur }: Presence) => blur >= 1,
  "dark, 0.75 or less": ({ light }: Presence) => light <= 0.75,
  "turned, 25° or more": ({ yaw }: Presence) => Math.abs(yaw) >= 25,
  "covered for a moment": ({ covered }: Presence) => covered,
} as const;

export type Hardship = keyof typeof hardships;

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
    hard: Object.fromEntries(
      Object.entries(hardships).map(([name, applies]) => [name, { real: real.filter(applies).length, missed: 0 }]),
    ) as Comparison["hard"],
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
      for (const [name, applies] of Object.entries(hardships))
        if (applies(presence)) result.hard[name as Hardship].missed += 1;
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
