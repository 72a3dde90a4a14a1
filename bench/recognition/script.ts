import type { Actor, Script, Shot } from "./footage.ts";
import type { Member } from "./cast.ts";

/** When someone can be seen, milliseconds from the footage's start. */
export interface Presence {
  name: string;
  startMs: number;
  endMs: number;
  /** Whether it begins, and ends, at a cut. */
  fromCut: boolean;
  toCut: boolean;
  /** Height of the face, pixels. */
  pixels: number;
  /** Standard deviation of the blur, pixels. */
  blur: number;
  /** Factor on the brightness. */
  light: number;
  /** How far the face is turned, degrees. */
  yaw: number;
  /** Whether something covers the face for a moment. */
  covered: boolean;
}

/** Footage, and who can be seen in it when. */
export interface Truth {
  script: Script;
  presences: Presence[];
  cutsMs: number[];
}

/** How hard a script is. */
export interface Difficulty {
  /** Height of faces, pixels, from and to. */
  pixels: readonly [number, number];
  /** Blur at most, pixels. */
  blur: number;
  /** Brightness, from and to. */
  light: readonly [number, number];
}

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A script of `seconds`, as a match is cut: shots of 0.4 to 6 seconds with one to three people, some of whom come or
 * go, or are covered for a moment. Consecutive shots show other people where the cast allows it.
 */
export function writeScript(
  cast: readonly Member[],
  size: { width: number; height: number },
  seconds: number,
  { pixels, blur, light }: Difficulty,
  seed: number,
): Truth {
  const random = randomFrom(seed);
  const between = ([from, to]: readonly [number, number]): number => from + (to - from) * random();
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  const frameRate = 25;
  const toFrame = (time: number): number => Math.round(time * frameRate) / frameRate;
  const shots: Shot[] = [];
  const presences: Presence[] = [];
  const cutsMs: number[] = [];
  let at = 0;
  let before = new Set<string>();
  while (at < seconds) {
    const length = toFrame(random() < 0.2 ? between([0.4, 1]) : between([1.5, 6]));
    const count = pick([1, 1, 2, 3]);
    const others = cast.filter(({ name }) => !before.has(name));
    const present = (others.length > 0 ? others : cast)
      .map((member) => ({ member, order: random() }))
      .sort((a, b) => a.order - b.order)
      .slice(0, count);
    const actors = present.map(({ member }, place): Actor => {
      const comes = length > 3 && random() < 0.2 ? toFrame(between([0.6, 1.4])) : undefined;
      const goes = length > 3 && random() < 0.2 ? toFrame(length - between([0.6, 1.4])) : undefined;
      const covered = length > 4 && random() < 0.25 ? { from: toFrame(1.7), to: toFrame(2.4) } : undefined;
      const face = Math.min(between(pixels), (0.8 * size.width) / (2.2 * count));
      const photo = pick(member.shown);
      const [softness, brightness] = [between([0, blur]), between(light)];
      const startMs = Math.round((at + (comes ?? 0)) * 1000);
      const endMs = Math.round((at + (goes ?? length)) * 1000);
      const earlier = presences.find((one) => one.name === member.name && one.endMs === startMs);
      if (earlier !== undefined) Object.assign(earlier, { endMs, toCut: goes === undefined });
      else
        presences.push({
          name: member.name,
          startMs,
          endMs,
          fromCut: comes === undefined,
          toCut: goes === undefined,
          pixels: face,
          blur: softness,
          light: brightness,
          yaw: photo.yaw,
          covered: covered !== undefined,
        });
      return {
        photo,
        pixels: face,
        at: { x: (place + 0.5) / count, y: between([0.4, 0.6]) },
        moves: { x: between([-0.01, 0.01]), y: between([-0.01, 0.01]) },
        ...(comes !== undefined && { from: comes }),
        ...(goes !== undefined && { to: goes }),
        ...(covered !== undefined && { covered }),
        blur: softness,
        light: brightness,
      };
    });
    const grey = between([40, 200]);
    shots.push({ seconds: length, background: [grey, between([60, 160]), between([40, 160])], actors });
    at = toFrame(at + length);
    if (at < seconds) cutsMs.push(Math.round(at * 1000));
    before = new Set(present.map(({ member }) => member.name));
  }
  return { script: { ...size, frameRate, shots }, presences, cutsMs };
}
