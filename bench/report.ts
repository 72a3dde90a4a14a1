import type { Figure } from "./measurement.ts";

/** The result of one measurement, and how busy the machine was just before it. */
export interface Result {
  name: string;
  figures: readonly Figure[];
  /** The share (0–1) of all cores used by other processes. */
  busyBefore: number;
  /** Why there are no figures. */
  failure?: string;
}

const heading = ["", "value", "target", ""];

/** The report as a table: one line per figure, with its note below. */
export function reportTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ name, figures, busyBefore, failure }) => [
    {
      cells: [
        name,
        "",
        "",
        failure === undefined ? `machine ${Math.round(busyBefore * 100)} % busy beforehand` : "FAILED",
      ],
      note: failure,
    },
    ...figures.map((figure) => ({
      cells: [
        `  ${figure.name}`,
        quantity(figure.value, figure.unit),
        figure.atMost === undefined ? "" : `≤ ${quantity(figure.atMost, figure.unit)}`,
        verdict(figure),
      ],
      note: figure.note,
    })),
  ]);
  const widths = [0, 1, 2].map((column) =>
    Math.max(heading[column]!.length, ...rows.map(({ cells }) => cells[column]!.length)),
  );
  const line = ([name = "", value = "", aim = "", result = ""]: readonly string[]): string =>
    `${name.padEnd(widths[0]!)}  ${value.padStart(widths[1]!)}  ${aim.padStart(widths[2]!)}  ${result}`.trimEnd();
  return [
    line(heading),
    ...rows.flatMap(({ cells, note }) => [line(cells), ...(note === undefined ? [] : [`      ${note}`])]),
  ].join("\n");
}

/** Whether a figure meets its target. NaN never does. */
export function verdict({ value, atMost }: Figure): "ok" | "OVER" | "" {
  if (atMost === undefined) return "";
  return value <= atMost ? "ok" : "OVER";
}

function quantity(value: number, unit: Figure["unit"]): string {
  if (Number.isNaN(value)) return "–";
  const digits =
    unit === "×"
      ? 3
      : unit === "%"
        ? 2
        : unit === "s" && Math.abs(value) >= 100
          ? 0
          : unit === "s" || unit === "recordings" || (unit === "MB" && Math.abs(value) < 10)
            ? 2
            : 0;
  const text = Number.isInteger(value) ? String(value) : value.toFixed(digits);
  return unit === "×" ? text : `${text} ${unit}`;
}
