import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openDataFolder } from "../data-folder.ts";
import { readProject } from "../engine/project.ts";
import { exitCodeOf, sentenceOf } from "./failures.ts";
import { createLog } from "../log.ts";
import { parseOptions, usage } from "./options.ts";
import { createProgress } from "./progress.ts";
import { start } from "./start.ts";

/** The project's root folder. */
const root = join(import.meta.dirname, "../..");

/** The longest that a stop may take, in ms. Unfinished work is durable, so the process may exit after that. */
const stopWithinMs = 4500;

/**
 * `npm start`: runs the Pulumi program on this machine until it is stopped. Exit codes: 0 stopped, 1 could not start
 * (the message says why), 2 invalid command line.
 */
async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  const stop = stopSignal();
  // Whoever read the output may be gone (EPIPE), or its terminal (EIO). The stream of the match goes on.
  for (const output of [process.stdout, process.stderr]) output.on("error", () => undefined);
  // Data is for its owner only: the stream keys, the tokens, people's faces.
  process.umask(0o077);
  const progress = createProgress();
  const log = createLog();
  const project = await readProject(root, options.stack, options.config);
  const folder = openDataFolder(options.data);
  try {
    const spotlight = await start({ root, project, options, log, progress, signal: stop });
    try {
      progress.end();
      console.log(spotlight.panel);
      await aborted(stop);
      progress.step("Stopping");
    } finally {
      const late = await Promise.race([spotlight.stop(), setTimeout(stopWithinMs, "late" as const, { ref: false })]);
      if (late !== undefined)
        log.warn("Some services did not stop in time. The next start resumes their unfinished work.");
    }
  } catch (cause) {
    // Ctrl-C during the start is not a failure.
    if (!stop.aborted) throw cause;
  } finally {
    progress.end();
    folder.release();
  }
  return 0;
}

/** Aborted by Ctrl-C, SIGTERM or SIGHUP. A second signal ends the process at once. */
function stopSignal(): AbortSignal {
  const abort = new AbortController();
  // SIGHUP: the terminal is gone.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(130);
      abort.abort();
    });
  }
  return abort.signal;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (cause: unknown) => {
    console.error(`\n${sentenceOf(cause)}`);
    process.exit(exitCodeOf(cause));
  },
);
