import type { Box } from "./boxes.ts";
import type { Flow } from "./flows.ts";

export interface Point {
  x: number;
  y: number;
}

export interface PlacedBox extends Box, Point {
  width: number;
  height: number;
}

export interface PlacedFlow {
  /** Corners of the line, from its start to the tip of its arrow. */
  points: Point[];
  label: string;
  /** The middle of the label, or its left end beside a vertical line. */
  at: Point;
  anchor: "middle" | "start";
}

export interface Picture {
  width: number;
  height: number;
  boxes: PlacedBox[];
  /** Boxes as wide as the picture, below the others: they concern all of them. */
  bars: PlacedBox[];
  flows: PlacedFlow[];
}

/** Pixels. */
const box = { width: 196, height: 74, line: 17 };
const gap = { x: 88, y: 50 };
const margin = 22;
const barHeight = 46;

/**
 * Rows of the grid, following the video: live along the top, recordings below, results back up. Boxes that are not
 * listed are placed after the last row.
 */
const places: readonly (readonly string[])[] = [
  ["obs", "medialive", "mediapackage", "delivery", "viewers"],
  ["function channel-changed", "bucket archive", "bucket web", "bucket vod", "function api"],
  [
    "function auto-stop",
    "function clips-recording-archived",
    "function clips-convert-recording",
    "mediaconvert",
    "function stream-connection",
  ],
  [
    "function sweeper",
    "function clips-index-clips",
    "rekognition",
    "function clips-find-people",
    "function stream-push",
  ],
  ["", "function advance-searches", "", "function webhooks-deliver", "function changes"],
];
const bars = ["catalogue", "operations"];
const columns = 5;

interface Cell {
  column: number;
  row: number;
}

/**
 * Places boxes on the grid and routes the flows between them: straight to a neighbour, otherwise along the gaps between
 * columns and rows.
 */
export function layOut(boxes: readonly Box[], flows: readonly Flow[]): Picture {
  const cells = cellsFor(boxes.filter(({ id }) => !bars.includes(id)).map(({ id }) => id));
  const rows = Math.max(...[...cells.values()].map(({ row }) => row)) + 1;
  const heights = Array.from({ length: rows }, (_, row) =>
    Math.max(
      ...boxes.filter(({ id }) => cells.get(id)?.row === row).map(({ lines }) => box.height + lines.length * box.line),
      box.height,
    ),
  );
  const tops = heights.map((_, row) => margin + heights.slice(0, row).reduce((sum, height) => sum + height + gap.y, 0));
  const bottom = (tops.at(-1) ?? 0) + (heights.at(-1) ?? 0);
  const width = 2 * margin + columns * box.width + (columns - 1) * gap.x;

  const placed = new Map(
    boxes.flatMap((item) => {
      const cell = cells.get(item.id);
      if (cell === undefined) return [];
      return [
        [
          item.id,
          {
            ...item,
            x: margin + cell.column * (box.width + gap.x),
            y: tops[cell.row]!,
            width: box.width,
            height: box.height + item.lines.length * box.line,
            cell,
          },
        ] as const,
      ];
    }),
  );
  const wide = bars
    .flatMap((id) => boxes.filter((item) => item.id === id))
    .map((item, at) => ({
      ...item,
      x: margin,
      y: bottom + 34 + at * (barHeight + 14),
      width: width - 2 * margin,
      height: barHeight,
    }));
  const height = (wide.at(-1)?.y ?? bottom) + barHeight + margin;

  return {
    width,
    height,
    boxes: [...placed.values()],
    bars: wide,
    flows: flows.flatMap(({ from, to, label }) => {
      const [a, b] = [placed.get(from), placed.get(to)];
      return a === undefined || b === undefined ? [] : [lead(a, b, label, tops)];
    }),
  };
}

function cellsFor(ids: readonly string[]): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const [row, names] of places.entries()) {
    for (const [column, id] of names.entries()) if (ids.includes(id)) cells.set(id, { column, row });
  }
  const others = ids.filter((id) => !cells.has(id)).sort();
  others.forEach((id, at) => cells.set(id, { column: at % columns, row: places.length + Math.floor(at / columns) }));
  return cells;
}

type Placed = PlacedBox & { cell: Cell };

function lead(from: Placed, to: Placed, label: string, tops: readonly number[]): PlacedFlow {
  const across = to.cell.column - from.cell.column;
  const down = to.cell.row - from.cell.row;
  const forward = Math.sign(across);
  /** The middle of a box's title area, where straight lines within a row connect. */
  const middle = (item: Placed): number => item.y + box.height / 2;
  const side = (item: Placed, direction: number): number => (direction > 0 ? item.x + item.width : item.x);

  if (down === 0 && Math.abs(across) === 1) {
    const [start, end] = [
      { x: side(from, forward), y: middle(from) },
      { x: side(to, -forward), y: middle(to) },
    ];
    return { points: [start, end], label, at: { x: (start.x + end.x) / 2, y: start.y - 8 }, anchor: "middle" };
  }
  if (across === 0 && Math.abs(down) === 1) {
    const x = from.x + from.width / 2;
    const [start, end] =
      down > 0
        ? [
            { x, y: from.y + from.height },
            { x, y: to.y },
          ]
        : [
            { x, y: from.y },
            { x, y: to.y + to.height },
          ];
    return { points: [start, end], label, at: { x: x + 9, y: (start.y + end.y) / 2 + 4 }, anchor: "start" };
  }
  // Lines with corners attach lower on the side of a box, so that they don't touch straight lines.
  const low = (item: Placed): number => item.y + box.height - 14;
  if (Math.abs(across) === 1) {
    const turn = side(from, forward) + (forward * gap.x) / 2;
    const [start, end] = [
      { x: side(from, forward), y: down < 0 ? middle(from) : low(from) },
      { x: side(to, -forward), y: down < 0 ? low(to) : middle(to) },
    ];
    const points = [start, { x: turn, y: start.y }, { x: turn, y: end.y }, end];
    // Only a short label fits between a box and the corner.
    if (label.length > 6) return { points, label, at: { x: turn + 9, y: (start.y + end.y) / 2 + 4 }, anchor: "start" };
    const at = down < 0 ? { x: (start.x + turn) / 2, y: start.y - 8 } : { x: (turn + end.x) / 2, y: end.y - 8 };
    return { points, label, at, anchor: "middle" };
  }
  const direction = across === 0 ? 1 : forward;
  const out = side(from, direction) + (direction * gap.x) / 2;
  const into = to.x - gap.x / 2;
  const lane = tops[to.cell.row]! - gap.y / 2;
  const [start, end] = [
    { x: side(from, direction), y: low(from) },
    { x: to.x, y: low(to) },
  ];
  return {
    points: [start, { x: out, y: start.y }, { x: out, y: lane }, { x: into, y: lane }, { x: into, y: end.y }, end],
    label,
    at: { x: (out + into) / 2, y: lane - 6 },
    anchor: "middle",
  };
}
