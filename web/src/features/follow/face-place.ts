import type { Box } from "../../api/types.ts";

/** Where a face lies in its picture: its middle and its size, as parts of the picture's. */
export function placeOf({ left, top, width, height }: Box): Record<string, string> {
  const percent = (part: number): string => `${(100 * part).toFixed(2)}%`;
  return {
    "--x": percent(left + width / 2),
    "--y": percent(top + height / 2),
    width: percent(width),
    height: percent(height),
  };
}

/** On which side of a face its label has room: below it, above it if it is low, within it if it is large. */
export function labelRowOf({ top, height }: Box): "below" | "above" | "inside" {
  if (top + height <= 0.85) return "below";
  return top >= 0.15 ? "above" : "inside";
}

/** How a label of a face must be aligned with it, to stay in the picture: at its start or end near an edge. */
export function labelSideOf({ left, width }: Box): "start" | "middle" | "end" {
  const middle = left + width / 2;
  if (middle < 0.25) return "start";
  return middle > 0.75 ? "end" : "middle";
}
