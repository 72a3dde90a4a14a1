import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Builds the page into `web/dist` unless the build is newer than every source. */
export async function buildPage(root: string): Promise<void> {
  const web = join(root, "web");
  const built = join(web, "dist", "index.html");
  if (existsSync(built)) {
    const builtAt = statSync(built).mtimeMs;
    const sources = readdirSync(web, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && !entry.parentPath.startsWith(join(web, "dist")),
    );
    if (sources.every((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs <= builtAt)) return;
  }
  // Loading the bundler takes longer than the check above.
  const { build } = await import("vite");
  await build({ root: web, logLevel: "warn" });
}
