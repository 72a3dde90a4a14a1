import type { RenditionSettings } from "./settings.ts";

/**
 * The rungs of a ladder that fit a source: each keeps the source's aspect ratio, and none is larger than the source. If
 * the highest rung is larger, it gets the source's size, at the bit rate of the smallest rung that is large enough, so
 * that there is always at least one.
 * @param ladder Highest rung first.
 * @param source Display size in pixels.
 */
export function fitLadder(
  ladder: readonly RenditionSettings[],
  source: { width: number; height: number },
): RenditionSettings[] {
  const fits = (rung: RenditionSettings): boolean => fitScale(rung, source) < 1;
  const top = ladder[0];
  if (top === undefined) return [];
  const holding = ladder.filter((rung) => !fits(rung));
  const first = holding.length === 0 ? sized(top, source) : { ...sized(top, source), bitrate: holding.at(-1)!.bitrate };
  const lower = ladder
    .slice(1)
    .filter(fits)
    .map((rung) => sized(rung, source));
  return [first, ...lower];
}

/** How much the source shrinks (or, above 1, would grow) to fill the rung's frame. */
function fitScale(rung: RenditionSettings, source: { width: number; height: number }): number {
  return Math.min(rung.width / source.width, rung.height / source.height);
}

/** H.264 in 4:2:0 needs even sizes. */
function sized(rung: RenditionSettings, source: { width: number; height: number }): RenditionSettings {
  const scale = Math.min(1, fitScale(rung, source));
  return { ...rung, width: even(source.width * scale), height: even(source.height * scale) };
}

/** The nearest size that H.264 in 4:2:0 can have. */
export function even(pixels: number): number {
  return Math.max(2, Math.round(pixels / 2) * 2);
}

const usual = [
  [24_000, 1001],
  [24, 1],
  [25, 1],
  [30_000, 1001],
  [30, 1],
  [50, 1],
  [60_000, 1001],
  [60, 1],
] as const;

/**
 * The constant frame rate for a source that claims `claimed` frames per second: the nearest usual rate (29.97 is
 * 30000/1001), at most 60; 30 if the claim is not plausible.
 */
export function fitFrameRate(claimed: number): { num: number; den: number } {
  if (!(claimed >= 1 && claimed <= 300)) return { num: 30, den: 1 };
  const near =
    usual.find(([num, den]) => Math.abs(num / den - claimed) / claimed < 0.0006) ??
    usual.find(([num, den]) => Math.abs(num / den - claimed) / claimed < 0.005);
  if (near !== undefined) return { num: near[0], den: near[1] };
  if (claimed > 60) return { num: 60, den: 1 };
  return { num: Math.round(claimed), den: 1 };
}
