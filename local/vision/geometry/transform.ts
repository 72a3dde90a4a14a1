import { height, width, type Box } from "./box.ts";

export interface Point {
  x: number;
  y: number;
}

/** An affine map: x' = a·x + b·y + c, y' = d·x + e·y + f. */
export interface Transform {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

export function apply(transform: Transform, { x, y }: Point): Point {
  return { x: transform.a * x + transform.b * y + transform.c, y: transform.d * x + transform.e * y + transform.f };
}

/** The factor by which lengths grow (the square root of the area's factor). */
export function magnification(transform: Transform): number {
  return Math.sqrt(Math.abs(transform.a * transform.e - transform.b * transform.d));
}

/**
 * The rotation, scaling and shift that best maps the points `from` to `to` (least squares, Umeyama 1991 without
 * reflection). Needs at least two different points.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Transform {
  const source = middleOf(from);
  const target = middleOf(to);
  let along = 0;
  let across = 0;
  let spread = 0;
  for (const [i, point] of from.entries()) {
    const x = point.x - source.x;
    const y = point.y - source.y;
    const u = to[i]!.x - target.x;
    const v = to[i]!.y - target.y;
    along += x * u + y * v;
    across += x * v - y * u;
    spread += x * x + y * y;
  }
  const cosine = along / spread;
  const sine = across / spread;
  return {
    a: cosine,
    b: -sine,
    c: target.x - cosine * source.x + sine * source.y,
    d: sine,
    e: cosine,
    f: target.y - sine * source.x - cosine * source.y,
  };
}

/**
 * Maps the pixels of a `columns` × `rows` picture to their positions in `box` of another picture (pixel centres to
 * pixel centres).
 */
export function cropTransform(box: Box, columns: number, rows: number): Transform {
  const scaleX = width(box) / columns;
  const scaleY = height(box) / rows;
  return { a: scaleX, b: 0, c: box.left + scaleX / 2 - 0.5, d: 0, e: scaleY, f: box.top + scaleY / 2 - 0.5 };
}

/** The mean of the points. */
export function middleOf(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}
