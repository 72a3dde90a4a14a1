/** A rectangle in pixels; `right` and `bottom` are the first ones outside. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const width = (box: Box): number => box.right - box.left;
export const height = (box: Box): number => box.bottom - box.top;
const area = (box: Box): number => Math.max(0, width(box)) * Math.max(0, height(box));

const common = (a: Box, b: Box): number =>
  area({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });

/** Intersection over union: 0 for boxes apart, 1 for the same box. */
export function overlap(a: Box, b: Box): number {
  const shared = common(a, b);
  const union = area(a) + area(b) - shared;
  return union > 0 ? shared / union : 0;
}

/** The share of the smaller box that lies in the other: 1 for a box within another. */
export function coverage(a: Box, b: Box): number {
  const smaller = Math.min(area(a), area(b));
  return smaller > 0 ? common(a, b) / smaller : 0;
}

/**
 * Non-maximum suppression: of boxes that overlap by `limit` or more, keeps the one with the highest score; best first.
 */
export function bestOfOverlapping<Scored extends { box: Box; score: number }>(
  candidates: readonly Scored[],
  limit = 0.4,
): Scored[] {
  const kept: Scored[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score)) {
    if (kept.every((better) => overlap(better.box, candidate.box) < limit)) kept.push(candidate);
  }
  return kept;
}

/** The square about the box's centre whose side is its longer side times `scale`. */
export function squareAround(box: Box, scale = 1): Box {
  const centreX = (box.left + box.right) / 2;
  const centreY = (box.top + box.bottom) / 2;
  const half = (Math.max(width(box), height(box)) * scale) / 2;
  return { left: centreX - half, top: centreY - half, right: centreX + half, bottom: centreY + half };
}

/** The box after its picture is moved by `dx`, `dy` and then scaled. */
export function moveAndScale(box: Box, dx: number, dy: number, scaleX: number, scaleY = scaleX): Box {
  return {
    left: (box.left + dx) * scaleX,
    top: (box.top + dy) * scaleY,
    right: (box.right + dx) * scaleX,
    bottom: (box.bottom + dy) * scaleY,
  };
}
