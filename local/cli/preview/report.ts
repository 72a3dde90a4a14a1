import type { Change } from "../../engine/changes.ts";
import type { Step } from "../../engine/preview.ts";
import { secretText } from "../../engine/sealed-secrets.ts";
import { pathText } from "../../engine/property-path.ts";
import { unknownValue } from "../../engine/property-values.ts";

export interface ReportOptions {
  stack: string;
  /** The data folder that was compared with; undefined if nothing exists. */
  folder?: string;
  colour: boolean;
}

const signs = { create: "+", update: "~", replace: "+-", delete: "-" } as const;
const colours = { create: 32, update: 33, replace: 35, delete: 31 } as const;
const verbs = { create: "to create", update: "to update", replace: "to replace", delete: "to delete" } as const;

type Operation = keyof typeof signs;

/** The most changes shown for one resource: a rewritten policy has dozens. */
const shownChanges = 12;
const shownCharacters = 60;

/** What a run would do, as text: changes with old and new values by outermost component, and the counts. */
export function previewReport(steps: readonly Step[], options: ReportOptions): string {
  const changing = steps.filter((step): step is Step & { operation: Operation } => step.operation !== "same");
  const paint = (operation: Operation, text: string): string =>
    options.colour ? `\u001b[${colours[operation]}m${text}\u001b[0m` : text;
  const lines = [
    `Stack ${options.stack}, compared with ${options.folder ?? "nothing: no data folder holds this stack"}`,
    "",
  ];
  for (const [group, members] of Map.groupBy(changing, groupOf)) {
    lines.push(group);
    for (const step of members) {
      const within = step.within
        .slice(1)
        .map(({ name }) => name)
        .filter((name) => name !== step.name)
        .join(" › ");
      const why = step.operation === "replace" ? `  (${step.forcedBy.join(", ")} can't change in place)` : "";
      const what = paint(step.operation, `${signs[step.operation].padEnd(2)} ${step.type}  ${step.name}`);
      lines.push(`  ${what}${within === "" ? "" : `  in ${within}`}${why}`);
      lines.push(...step.changes.slice(0, shownChanges).map((change) => `       ${changeText(change)}`));
      if (step.changes.length > shownChanges) lines.push(`       … and ${step.changes.length - shownChanges} more`);
    }
    lines.push("");
  }
  if (changing.some(({ operation }) => operation === "create") && options.folder === undefined)
    lines.push(...countsByType(changing), "");
  lines.push(summary(steps));
  return lines.join("\n");
}

function groupOf({ within: [outermost] }: Step): string {
  return outermost === undefined ? "(no component)" : `${outermost.name} (${outermost.type.split(":").at(-1) ?? ""})`;
}

function countsByType(steps: readonly Step[]): string[] {
  const counts = [...Map.groupBy(steps, ({ type }) => type)].map(([type, members]) => [type, members.length] as const);
  return counts
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([type, count]) => `${String(count).padStart(4)}  ${type}`);
}

function summary(steps: readonly Step[]): string {
  const count = (operation: Step["operation"]): number => steps.filter((step) => step.operation === operation).length;
  const operations = (Object.keys(signs) as Operation[])
    .filter((operation) => count(operation) > 0)
    .map((operation) => `${count(operation)} ${verbs[operation]} (${signs[operation]})`);
  return `Resources: ${[...operations, `${count("same")} unchanged`].join(", ")}`;
}

function changeText({ path, before, after }: Change): string {
  if (before === undefined) return `+ ${pathText(path)}: ${valueText(after)}`;
  if (after === undefined) return `- ${pathText(path)}: ${valueText(before)}`;
  return `~ ${pathText(path)}: ${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: unknown): string {
  if (value === unknownValue) return "[known after the run]";
  if (value === secretText) return secretText;
  if (typeof value === "object" && value !== null) {
    const file: unknown = "$asset" in value ? value.$asset : "$archive" in value ? value.$archive : undefined;
    if (typeof file === "object" && file !== null && "sha256" in file)
      return `file ${String(file.sha256).slice(0, 12)}`;
  }
  const text = JSON.stringify(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters - 1)}…` : text;
}
