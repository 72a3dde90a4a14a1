import type { StreamRecord } from "./streaming.ts";

const [width, height] = [772, 320];
/** Room for the axes' texts. */
const edge = { left: 56, right: 24, top: 12, bottom: 40 };
const megabyte = 1e6;
const minuteMs = 60_000;
/** Colours that are told apart also by people who don't see red and green apart (Okabe and Ito), on light and dark. */
const colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];

/** Draws memory over time as SVG: one area a process on top of the other, so that the upper edge is the whole. */
export function memoryPlot(looks: StreamRecord["memory"], startedAt: number): string {
  const sizes = new Map<string, number>();
  for (const { processes } of looks)
    for (const { name, bytes } of processes) sizes.set(name, Math.max(sizes.get(name) ?? 0, bytes));
  const names = [...sizes].sort(([, a], [, b]) => b - a).map(([name]) => name);
  const of = (look: (typeof looks)[number], upTo: number): number =>
    look.processes.reduce((sum, { name, bytes }) => (names.indexOf(name) <= upTo ? sum + bytes : sum), 0) / megabyte;
  const minutes = (looks.at(-1)!.at - startedAt) / minuteMs;
  const top = Math.ceil(Math.max(...looks.map((look) => of(look, names.length))) / 100) * 100;
  const x = (minute: number): number => edge.left + (minute / minutes) * (width - edge.left - edge.right);
  const y = (megabytes: number): number => height - edge.bottom - (megabytes / top) * (height - edge.top - edge.bottom);
  const line = (upTo: number): string[] =>
    looks.map((look) => `${x((look.at - startedAt) / minuteMs).toFixed(1)},${y(of(look, upTo)).toFixed(1)}`);
  const areas = names.map(
    (_, i) =>
      `<polygon points="${[...line(i - 1), ...line(i).reverse()].join(" ")}" fill="${colours[i % colours.length]!}"/>`,
  );
  const text = (at: number, up: number, words: string, anchor: string): string =>
    `<text x="${at.toFixed(0)}" y="${up.toFixed(0)}" text-anchor="${anchor}">${words}</text>`;
  const scale = Array.from({ length: top / 100 + 1 }, (_, i) => i * 100).flatMap((megabytes) => [
    `<path d="M${edge.left} ${y(megabytes).toFixed(1)}H${width - edge.right}" stroke="#8886"/>`,
    text(edge.left - 6, y(megabytes) + 4, `${megabytes} MB`, "end"),
  ]);
  const times = Array.from({ length: Math.floor(minutes / 5) + 1 }, (_, i) => i * 5).map((minute) =>
    text(x(minute), height - edge.bottom + 16, `${minute} min`, "middle"),
  );
  const share = (width - edge.left) / names.length;
  const legend = names.flatMap((name, i) => [
    `<rect x="${(edge.left + i * share).toFixed(0)}" y="${height - 16}" width="10" height="10" ` +
      `fill="${colours[i % colours.length]!}"/>`,
    text(edge.left + i * share + 15, height - 7, name, "start"),
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" ` +
      `font-size="11" fill="#808080" role="img" aria-label="Memory by process over ${minutes.toFixed(0)} minutes">`,
    ...areas,
    ...scale,
    ...times,
    ...legend,
    "</svg>\n",
  ].join("\n");
}
