/**
 * A Markdown table whose columns line up as plain text too; all but the first are aligned right where they hold
 * numbers.
 */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const numeric = head.map(
    (_, column) => column > 0 && rows.every((row) => /^[*]*[<\d.]*[*]*$/.test(row[column] ?? "")),
  );
  const pad = (cell: string, column: number): string =>
    numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
  const line = (cells: readonly string[]): string => `| ${cells.map(pad).join(" | ")} |`;
  const rule = widths.map((width, column) => (numeric[column] ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  return [
    line(head),
    `| ${rule.join(" | ")} |`,
    ...rows.map((row) => line(head.map((_, column) => row[column] ?? ""))),
  ].join("\n");
}
