import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const root = path.join(import.meta.dirname, "..", "..");

/** A Markdown document of the project. */
export interface Document {
  /** Relative to the project's folder. */
  file: string;
  text: string;
}

/** Every document: those in `docs/`, its decision records, and those in the project's folder. */
export function documents(): Document[] {
  return ["", "docs", "docs/decisions"].flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => readDocument(path.join(folder, name))),
  );
}

export function readDocument(file: string): Document {
  return { file, text: readFileSync(path.join(root, file), "utf8") };
}

/** Text without code. */
export function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "`");
}

/** The anchors of the headings, as GitHub generates them. */
export function anchors(text: string): string[] {
  return [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/ /g, "-"),
  );
}
