import { boxesOf, type Box } from "./boxes.ts";
import { flowsOf } from "./flows.ts";
import { layOut } from "./layout.ts";
import type { ProgramResource } from "./program-graph.ts";
import { svgOf } from "./svg.ts";

const outside = (id: string, title: string, service: string): Box => ({
  id,
  title,
  service,
  lines: [],
  component: "",
  resources: 0,
  catalogue: false,
});

/** Draws the program's parts and the flows between them as SVG. The same resources always give the same text. */
export function drawDiagram(resources: readonly ProgramResource[]): string {
  const boxes = boxesOf(resources);
  const flows = [
    { from: "obs", to: "medialive", label: "RTMP" },
    ...flowsOf(resources, boxes),
    { from: "delivery", to: "viewers", label: "HTTPS" },
  ];
  const all = [
    outside("obs", "OBS", "or any RTMP encoder"),
    ...boxes.all,
    outside("viewers", "Viewers", "page in a browser"),
  ];
  const titles = new Map(all.map(({ id, title }) => [id, title]));
  const description = flows
    .map(({ from, to, label }) => `${titles.get(from) ?? from} to ${titles.get(to) ?? to}: ${label}.`)
    .join(" ");
  return svgOf(layOut(all, flows), description);
}
