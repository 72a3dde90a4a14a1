import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Properties } from "./provider.ts";

/**
 * Adds the SHA-256 of its bytes to each asset that is a file or folder, so that two runs can be compared by content: a
 * bundle keeps its path when its code changes.
 */
export async function withDigests(properties: Properties): Promise<Properties> {
  return (await digested(properties)) as Properties;
}

async function digested(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(digested));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(async ([key, item]: [string, unknown]) => {
    const path =
      (key === "$asset" || key === "$archive") && typeof item === "object" && item !== null && "path" in item
        ? item.path
        : undefined;
    if (typeof path !== "string") return [key, await digested(item)] as const;
    return [key, { path, sha256: await (key === "$asset" ? fileDigest(path) : folderDigest(path)) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Empty for a file that can't be read: the provider that needs it reports that. */
async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  } catch {
    return "";
  }
  return hash.digest("hex");
}

async function folderDigest(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file.slice(path.length)}\0${await fileDigest(file)}\0`);
  return hash.digest("hex");
}
