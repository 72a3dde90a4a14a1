import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const root = join(import.meta.dirname, "..");

/** What each room may import besides itself: rooms or files. A file belongs to the room with the longest match. */
const allowed: Record<string, readonly string[]> = {
  hls: [],
  domain: ["hls"],
  catalogue: ["domain"],
  pipeline: ["catalogue", "domain"],
  handlers: ["pipeline", "catalogue", "domain"],
  api: ["pipeline", "catalogue", "domain", "hls", "package.json"],
  config: ["domain"],
  "config.ts": ["config", "domain"],
  components: ["catalogue/schema.ts", "catalogue/seed-person.ts", "domain", "pipeline/detectors/grants.ts"],
  "index.ts": ["components", "config.ts"],
  local: ["hls"],
  "local/media": ["hls", "local/forward-clock.ts", "local/log.ts"],
  "local/vision": ["local/assets", "local/check.ts", "local/log.ts", "local/media/convert"],
  "local/engine": ["local/database.ts", "local/log.ts"],
  "local/aws": [
    "hls",
    "local/assets",
    "local/check.ts",
    "local/data-folder.ts",
    "local/database.ts",
    "local/disk-room.ts",
    "local/disk.ts",
    "local/engine",
    "local/forward-clock.ts",
    "local/log.ts",
    "local/media",
    "local/vision",
  ],
  "local/assets": [],
  "local/check.ts": [],
  "local/data-folder.ts": [],
  "local/database.ts": [],
  "local/disk-room.ts": ["local/disk.ts", "local/log.ts"],
  "local/disk.ts": [],
  "local/forward-clock.ts": [],
  "local/log.ts": [],
  web: [],
  "web/src/messages": [],
  "web/src/ui": ["web/src/api", "web/src/messages"],
  "web/src/api": ["client", "web/src/messages"],
  "web/src/shared": ["web/src/api", "web/src/messages", "web/src/ui"],
  "web/src/features": ["web/src/api", "web/src/messages", "web/src/shared", "web/src/ui"],
  "web/src/app": ["web/src/api", "web/src/features", "web/src/messages", "web/src/shared", "web/src/ui"],
  policy: [],
  cost: ["config.ts", "domain", "local/engine", "pipeline/conversion/job-settings.ts"],
  client: [],
  scripts: ["api", "catalogue", "cost", "local", "pipeline"],
};

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => /\.(ts|tsx|js|css)$/.test(file));
const sources = files.filter((file) => /\.tsx?$/.test(file));
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** What a file imports or starts with `new URL`: files as paths from the project's folder, packages by name. */
function importsOf(file: string): string[] {
  const specifiers = read(file).matchAll(
    /^(?:import|export)\s[^"';]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\b(?:import\(|new URL\()\s*"([^"]+)"/gm,
  );
  return [...specifiers].map(([, from, bare, started]) => {
    const specifier = from ?? bare ?? started ?? "";
    return specifier.startsWith(".") ? normalize(join(dirname(file), specifier)) : specifier;
  });
}

const within = (file: string, room: string): boolean => file === room || file.startsWith(`${room}/`);
const isOurs = (file: string): boolean => sources.includes(file) || file === "package.json";

describe("the architecture", () => {
  it("lets each room import only what the table allows", () => {
    const rooms = Object.keys(allowed).sort((a, b) => b.length - a.length);
    const wrong = sources.flatMap((file) => {
      const room = rooms.find((name) => within(file, name));
      if (room === undefined) return [];
      const targets = [room, ...(allowed[room] ?? [])];
      return importsOf(file)
        .filter((target) => isOurs(target) && !targets.some((name) => within(target, name)))
        .map((target) => `${file} imports ${target}`);
    });
    assert.deepEqual(wrong, []);
  });

  it("imports entry points only in tests", () => {
    const wrong = sources
      .filter((file) => !file.startsWith("test/"))
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => within(target, "handlers"))
          .map((target) => `${file} imports ${target}`),
      );
    assert.deepEqual(wrong, []);
  });

  it("loads no AWS SDK into the Pulumi program", () => {
    const program = new Set<string>(["index.ts"]);
    for (const file of program) for (const target of importsOf(file)) if (sources.includes(target)) program.add(target);
    const wrong = [...program].flatMap((file) =>
      // Type imports do not load the module.
      read(file)
        .split("\n")
        .filter((line) => /^import (?!type)/.test(line) && line.includes('"@aws-sdk/'))
        .map((line) => `${file}: ${line}`),
    );
    assert.deepEqual(wrong, []);
  });

  it("imports only types of the API's client into the page", () => {
    const wrong = sources
      .filter((file) => within(file, "web"))
      .flatMap((file) => read(file).match(/^import (?!type)[^;]*from "(?:\.\.\/)+client\/[^"]*"/gm) ?? []);
    assert.deepEqual(wrong, []);
  });

  it("lists every room in CONTRIBUTING's table", () => {
    const table = read("CONTRIBUTING.md");
    const folders = new Set(sources.flatMap((file) => (file.includes("/") ? [file.slice(0, file.indexOf("/"))] : [])));
    assert.deepEqual(
      [...folders].filter((folder) => !table.includes(`\`${folder}/`)),
      [],
    );
  });

  it("has no line over 120 columns", () => {
    const written = files.filter((file) => !file.endsWith(".gen.ts") && !within(file, "client"));
    const long = written.flatMap((file) =>
      read(file)
        .split("\n")
        .flatMap((line, index) =>
          line.length > 120 && !/^\s*\*?\s*https?:\S+$/.test(line) ? [`${file}:${index + 1}`] : [],
        ),
    );
    assert.deepEqual(long, []);
  });
});
