import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createServices } from "../../aws/index.ts";
import { buildPage } from "../build-page.ts";
import { preview } from "../../engine/preview.ts";
import { readProject } from "../../engine/project.ts";
import { openState, type StateStore } from "../../engine/state.ts";
import { parseUrn } from "../../engine/urn.ts";
import { exitCodeOf, sentenceOf } from "../failures.ts";
import { createLog } from "../../log.ts";
import { parsePreviewOptions, previewUsage } from "./options.ts";
import { previewReport } from "./report.ts";
import { randomProviders } from "../../engine/providers/random.ts";

/** The project's root folder. */
const root = join(import.meta.dirname, "../../..");

/**
 * `npm run preview`: lists what a run of the program would create, update, replace and delete, without doing it. Exit
 * codes: 0 done, 1 the program or its configuration failed (the message says why), 2 invalid command line.
 */
async function main(argv: readonly string[]): Promise<number> {
  const options = parsePreviewOptions(argv);
  if (options === undefined) {
    console.log(previewUsage);
    return 0;
  }
  const project = await readProject(root, options.stack, options.config);
  // The services only say which resources they support and how those change, so they get an empty folder.
  const empty = mkdtempSync(join(tmpdir(), "spotlight-preview-"));
  const state = stateOf(options.data, options.stack);
  try {
    const [services] = await Promise.all([
      createServices({ dataFolder: empty, log: createLog(), host: "127.0.0.1", port: 0, rtmpPort: 0 }),
      buildPage(root),
    ]);
    try {
      const steps = await preview({
        project,
        stack: options.stack,
        compileCache: join(root, ".cache", "compile"),
        resources: [...services.resources, ...randomProviders],
        invokes: services.invokes,
        ...(state === undefined ? {} : { state }),
      });
      const folder = state === undefined ? {} : { folder: relative(process.cwd(), options.data) || options.data };
      console.log(
        previewReport(steps, {
          stack: options.stack,
          ...folder,
          colour: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
        }),
      );
    } finally {
      await services.stop();
    }
  } finally {
    state?.close();
    rmSync(empty, { recursive: true, force: true });
  }
  return 0;
}

/** Opens the state in a data folder; undefined if it holds nothing of this stack. */
function stateOf(folder: string, stack: string): StateStore | undefined {
  if (!existsSync(join(folder, "state.db"))) return undefined;
  const state = openState(folder);
  if (state.all().some(({ urn }) => parseUrn(urn).stack === stack)) return state;
  state.close();
  return undefined;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (cause: unknown) => {
    console.error(sentenceOf(cause));
    process.exit(exitCodeOf(cause));
  },
);
