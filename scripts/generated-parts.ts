import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { standardQuestion } from "../cost/question.ts";
import { listPrices } from "../cost/prices.ts";
import { costSheet, headline, leverTable, priceTable } from "../cost/sheet.ts";
import { markdownTable } from "../cost/table.ts";

const root = path.join(import.meta.dirname, "..");

/** The generated parts of `docs/`: for each document its parts by name, as Markdown. */
export async function generatedParts(): Promise<Record<string, Record<string, string>>> {
  const question = await standardQuestion();
  return {
    "docs/cost.md": {
      headline: headline(question, listPrices),
      sheet: costSheet(question, listPrices),
      levers: leverTable(question, listPrices),
      prices: priceTable(listPrices),
    },
    "docs/deploy.md": { configuration: configurationTable(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) },
  };
}

/**
 * Replaces each part of `document` between `<!-- generated: NAME -->` and `<!-- end -->`. Throws if the document lacks
 * a part.
 */
export function replaceParts(document: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const begin = `<!-- generated: ${name} -->`;
    const from = text.indexOf(begin);
    const to = text.indexOf("<!-- end -->", from);
    if (from < 0 || to < 0) throw new Error(`The document has no part from "${begin}" to "<!-- end -->".`);
    return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
  }, document);
}

interface Declaration {
  description?: string;
  default?: unknown;
  value?: unknown;
}

/** The configuration keys that `Pulumi.yaml` declares, with their defaults, as a Markdown table. */
export function configurationTable(pulumiYaml: string): string {
  const { config } = parse(pulumiYaml) as { config: Record<string, Declaration> };
  const rows = Object.entries(config).map(([key, { description = "", default: plain, value = plain }]) => [
    `\`${key}\``,
    value === undefined
      ? "none: set it"
      : value === ""
        ? ""
        : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``,
    description,
  ]);
  return markdownTable(["key", "default", "what it does"], rows);
}
