import type { Picture, PlacedBox, PlacedFlow, Point } from "./layout.ts";

/** Stripe colours by component; related components share one. */
const colours: Readonly<Record<string, string>> = {
  LiveChannels: "#d6455d",
  LiveOrigin: "#d6455d",
  ChannelEvents: "#d6455d",
  AutoStop: "#d6455d",
  ClipPipeline: "#3d74e0",
  Sweeper: "#3d74e0",
  Recognition: "#8f5bd8",
  Catalogue: "#c9820f",
  PrivateBucket: "#c9820f",
  Delivery: "#1d9a70",
  RestApi: "#1d9a70",
};
const otherColour = "#7a8494";

const style = `
    svg { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
    .paper { fill: #ffffff; } .box { fill: #f6f7f9; stroke: #c4cad3; }
    .outside { fill: none; stroke: #8b95a5; stroke-dasharray: 5 4; }
    .title { fill: #171b21; font-size: 15px; font-weight: 650; } .service { fill: #3c4654; font-size: 13px; }
    .small { fill: #667180; font-size: 11.5px; }
    .flow { fill: none; stroke: #525d6c; stroke-width: 1.6; } .head { fill: #525d6c; }
    .label { fill: #28303b; font-size: 13px; stroke: #ffffff;
      stroke-width: 4px; paint-order: stroke; stroke-linejoin: round; }
    .sign { fill: none; stroke: #c9820f; stroke-width: 1.5; }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #0f1318; } .box { fill: #1a2028; stroke: #3a4554; } .outside { stroke: #77839a; }
      .title { fill: #f2f5f9; } .service { fill: #c3ccd8; } .small { fill: #93a0b1; }
      .flow { stroke: #a3afbf; } .head { fill: #a3afbf; } .label { fill: #dbe2ec; stroke: #0f1318; }
      .sign { stroke: #e9a63a; }
    }
`;

/** Renders the picture as a standalone SVG file that follows the reader's light or dark mode. */
export function svgOf(picture: Picture, description: string): string {
  const { width, height } = picture;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
      `height="${height}" role="img" aria-labelledby="title description">`,
    `  <title id="title">Spotlight's architecture</title>`,
    `  <desc id="description">${escaped(description)}</desc>`,
    `  <style>${style}  </style>`,
    `  <defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" ` +
      `orient="auto"><path class="head" d="M0 0.8 L10 5 L0 9.2 Z"/></marker></defs>`,
    `  <rect class="paper" width="${width}" height="${height}"/>`,
    ...picture.boxes.map(boxText),
    ...picture.bars.map(barText),
    ...picture.flows.map(lineText),
    ...picture.flows.map(labelText),
    `</svg>`,
  ].join("\n")}\n`;
}

function boxText(box: PlacedBox): string {
  const { x, y, width, height } = box;
  const left = x + 16;
  const outside = box.resources === 0;
  const lines = box.lines.map((line, at) => text("small", left, y + 62 + at * 17, line));
  return [
    `  <g>`,
    `    <rect class="${outside ? "outside" : "box"}" x="${x}" y="${y}" width="${width}" height="${height}" rx="7"/>`,
    ...(outside
      ? []
      : [`    <rect x="${x}" y="${y + 8}" width="4" height="${height - 16}" rx="2" fill="${colourOf(box)}"/>`]),
    text("title", left, y + 25, box.title),
    text("service", left, y + 43, box.service),
    ...lines,
    ...(outside ? [] : [text("small", left, y + height - 11, contents(box))]),
    ...(box.catalogue ? [sign(x + width - 28, y + 31)] : []),
    `  </g>`,
  ].join("\n");
}

function barText(box: PlacedBox): string {
  const { x, y, width, height } = box;
  const isCatalogue = box.id === "catalogue";
  const says = isCatalogue
    ? "channels, people, recordings, moments and clips; parts with this symbol read or write them"
    : box.lines.join("; ");
  return [
    `  <g>`,
    `    <rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="7"/>`,
    `    <rect x="${x}" y="${y + 8}" width="4" height="${height - 16}" rx="2" fill="${colourOf(box)}"/>`,
    text("title", x + 16, y + 28, box.title),
    text("service", x + 122, y + 28, box.service),
    ...(isCatalogue ? [sign(x + 252, y + 15)] : []),
    text("service", x + 278, y + 28, says),
    `    <text class="small" x="${x + width - 16}" y="${y + 28}" text-anchor="end">${escaped(contents(box))}</text>`,
    `  </g>`,
  ].join("\n");
}

function contents({ component, resources }: PlacedBox): string {
  return `${component} · ${resources} resource${resources === 1 ? "" : "s"}`;
}

function colourOf({ component }: PlacedBox): string {
  return colours[component] ?? otherColour;
}

/** A small cylinder. */
function sign(x: number, y: number): string {
  return (
    `    <path class="sign" d="M${x} ${y + 3} a7 3 0 0 1 14 0 v10 a7 3 0 0 1 -14 0 z M${x} ${y + 3} a7 3 0 0 0 ` +
    `14 0"/>`
  );
}

function lineText({ points }: PlacedFlow): string {
  return (
    `  <path class="flow" d="${points.map((point, at) => `${at === 0 ? "M" : "L"}${pair(point)}`).join(" ")}" ` +
    `marker-end="url(#head)"/>`
  );
}

function labelText({ label, at, anchor }: PlacedFlow): string {
  return `  <text class="label" x="${at.x}" y="${at.y}" text-anchor="${anchor}">${escaped(label)}</text>`;
}

function pair({ x, y }: Point): string {
  return `${x} ${y}`;
}

function text(style: string, x: number, y: number, content: string): string {
  return `    <text class="${style}" x="${x}" y="${y}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
