import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createServices } from "./aws/index.ts";
import { buildPage } from "./build-page.ts";
import { openDataFolder } from "./data-folder.ts";
import { deploy } from "./engine/deploy.ts";
import { readProject } from "./engine/project.ts";
import { openState } from "./engine/state.ts";
import { createLog } from "./log.ts";
import { parseOptions, usage, UsageError, type Options } from "./options.ts";
import { panel, readOutputs } from "./panel.ts";
import { createProgress } from "./progress.ts";
import { randomProviders } from "./random.ts";

/** Project root: this file is in its folder `local`. */
const root = join(import.meta.dirname, "..");

/**
 * `npm start`: runs the Pulumi program on this machine until it is told to stop. Exit codes: 0 stopped cleanly,
 * 1 could not start (the message says why), 2 wrong command line.
 */
async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  const stop = stopSignal();
  const started = performance.now();
  const progress = createProgress();
  const log = createLog();
  const project = await readProject(root, options.stack, options.config);
  const folder = openDataFolder(options.data);
  try {
    // Both are there only while they are true: scripts wait for the outputs.
    const outputsFile = join(folder.path, "outputs.json");
    const environmentFile = join(folder.path, "aws.env");
    for (const file of [outputsFile, environmentFile]) rmSync(file, { force: true });
    const state = openState(folder.path);
    const services = await createServices(servicesOptions(options, folder.path, log));
    try {
      progress.step("Building the page");
      await buildPage(root);
      progress.step("Provisioning the program's resources");
      const deployment = await deploy({
        project,
        stack: options.stack,
        resources: [...services.resources, ...randomProviders],
        invokes: services.invokes,
        state,
        signal: stop,
        onProgress: (done, { type, name }) => progress.detail(`${done}: ${name} (${type.split(":").at(-1) ?? type})`),
      });
      const outputs = readOutputs(deployment.outputs);
      await services.start();
      await services.startChannels();
      writeSecret(environmentFile, Object.entries(services.environment).map(([name, value]) => `${name}=${value}\n`).join(""));
      writeSecret(outputsFile, `${JSON.stringify(deployment.outputs, undefined, 2)}\n`);
      progress.end();
      console.log(panel(outputs, (performance.now() - started) / 1000));
      await aborted(stop);
      progress.step("Stopping");
    } finally {
      for (const file of [outputsFile, environmentFile]) rmSync(file, { force: true });
      await services.stop();
      state.close();
    }
  } catch (cause) {
    // Ctrl-C during the start: not a failure.
    if (!stop.aborted) throw cause;
  } finally {
    progress.end();
    folder.release();
  }
  return 0;
}

function servicesOptions(options: Options, dataFolder: string, log: ReturnType<typeof createLog>): Parameters<typeof createServices>[0] {
  const { host, port, rtmpPort, celebrities, record } = options;
  return { dataFolder, log, host, port, rtmpPort, ...(celebrities === undefined ? {} : { celebrities }), ...(record === undefined ? {} : { record }) };
}

/** Writes a file that holds secrets (stream key, admin token, access key), whole or not at all, for this user only. */
function writeSecret(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Aborted by Ctrl-C or SIGTERM. A second signal ends the process at once. */
function stopSignal(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
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
    console.error(`\n${cause instanceof Error ? cause.message : String(cause)}`);
    process.exit(cause instanceof UsageError ? 2 : 1);
  },
);
