import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { drawDiagram } from "../local/cli/diagram/diagram.ts";
import { programGraph } from "../local/cli/diagram/program-graph.ts";

/** `npm run diagram`: redraws `docs/architecture.svg` from the resources that the stack dev registers. */
const root = join(import.meta.dirname, "..");
const file = join(root, "docs", "architecture.svg");
writeFileSync(file, drawDiagram(await programGraph(root, "dev", ['ingestCidrs=["203.0.113.7/32"]'])));
console.log(`Wrote ${relative(process.cwd(), file)}.`);
process.exit(0);
