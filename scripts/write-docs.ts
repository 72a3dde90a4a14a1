/**
 * `node scripts/write-docs.ts`: rewrites the generated parts of `docs/` from the configuration and the price list.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { generatedParts, replaceParts } from "./generated-parts.ts";

const root = path.join(import.meta.dirname, "..");

for (const [file, parts] of Object.entries(await generatedParts())) {
  const target = path.join(root, file);
  const before = readFileSync(target, "utf8");
  const after = replaceParts(before, parts);
  if (after === before) continue;
  writeFileSync(target, after);
  console.log(`Wrote ${file}`);
}
