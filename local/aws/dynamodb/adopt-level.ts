import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Entries } from "./entries.ts";

/** The part of `level` that is needed; it comes with dynalite. */
type Level = new (
  folder: string,
  options: { valueEncoding: "json"; createIfMissing: boolean },
) => { iterator(): AsyncIterable<[key: string, value: unknown]>; close(): Promise<void> };

/** `item-catalogue~KEY`, `index-global~catalogue~gsi1~KEY` and so on: a space and a key of it. */
const prefixed = /^(index-[a-z]+~[^~]+~[^~]+|[^~]+)~(.*)$/s;
const levelFiles = /^(CURRENT|LOCK|LOG|LOG\.old|MANIFEST-\d+|\d+\.(ldb|log|sst))$/;

/** Takes over what earlier versions kept in LevelDB, in the same folder, and deletes its files. */
export async function adoptLevel(folder: string, entries: Entries): Promise<void> {
  // Deleted first, once all is taken over.
  const current = join(folder, "CURRENT");
  if (!existsSync(current)) return;
  const require = createRequire(import.meta.url);
  const { Level } = createRequire(require.resolve("dynalite"))("level") as { Level: Level };
  const database = new Level(folder, { valueEncoding: "json", createIfMissing: false });
  const found: [space: string, key: string, value: unknown][] = [];
  for await (const [prefixedKey, value] of database.iterator()) {
    const [, space = "", key = ""] = prefixed.exec(prefixedKey) ?? [];
    found.push([space, key, value]);
  }
  await database.close();
  entries.atomically(() => {
    for (const entry of found) entries.put(...entry);
  });
  await rm(current);
  for (const name of await readdir(folder)) if (levelFiles.test(name)) await rm(join(folder, name));
}
