import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { startMonitor, type Monitor, type MonitorHandlers } from "./monitor.ts";
import type { Project } from "./project.ts";
import type { Properties } from "./provider.ts";

/**
 * A failed run of the program; `message` is the failed resource's or the program's own.
 */
export class DeploymentFailed extends Error {
  override readonly name = "DeploymentFailed";
}

export interface RunOptions {
  project: Project;
  stack: string;
  /** Whether this is a dry run for the program (`pulumi.runtime.isDryRun()`). */
  preview?: boolean;
  /** Folder in which Node keeps compiled code between runs. */
  compileCache?: string;
  /** Stops the run. */
  signal?: AbortSignal;
}

/**
 * Runs the Pulumi program once under Pulumi's own Node runner; `handlers` act as the engine.
 *
 * @returns the stack's outputs
 * @throws {DeploymentFailed} if the program or a handler failed. Every handler has ended by then.
 */
export async function runProgram(options: RunOptions, handlers: MonitorHandlers): Promise<Properties> {
  const monitor = await startMonitor({ project: options.project.name, stack: options.stack }, handlers);
  try {
    const exitCode = await runNode(options, monitor);
    const outputs = monitor.stackOutputs();
    if (exitCode !== 0 || !monitor.finished() || outputs === undefined)
      throw new DeploymentFailed(diagnostics(monitor, exitCode));
    return outputs;
  } finally {
    await monitor.stop();
  }
}

/** The most failures that are listed: many failures usually share one cause. */
const shownFailures = 5;

/** Prefers the original causes: Pulumi's messages add stack traces. */
function diagnostics({ failures, messages }: Monitor, exitCode: number): string {
  if (failures.length > shownFailures)
    return [...failures.slice(0, shownFailures), `… and ${failures.length - shownFailures} more.`].join("\n");
  if (failures.length > 0) return failures.join("\n");
  const errors = messages.filter(({ severity }) => severity >= 3).map(({ message }) => message.trim());
  return errors.length > 0
    ? errors.join("\n")
    : `The program ended with exit code ${exitCode} before it registered all resources.`;
}

function runNode({ project, stack, preview, compileCache, signal }: RunOptions, { address }: Monitor): Promise<number> {
  const runner = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js");
  const child = spawn(
    process.execPath,
    [
      // A run makes much garbage and is soon over.
      "--max-semi-space-size=64",
      `--import=${new URL("runner-preload.ts", import.meta.url).href}`,
      runner,
      `--monitor=${address}`,
      `--engine=${address}`,
      `--project=${project.name}`,
      `--stack=${stack}`,
      "--organization=organization",
      "--parallel=16",
      ...(preview === true ? ["--dry-run"] : []),
      `--root-directory=${project.root}`,
      `--pwd=${project.root}`,
      project.program,
    ],
    {
      cwd: project.root,
      // The program's own output goes to the log; its diagnostics arrive by gRPC.
      stdio: ["ignore", "inherit", "inherit"],
      ...(signal === undefined ? {} : { signal }),
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(project.config),
        PULUMI_CONFIG_SECRET_KEYS: "[]",
        PULUMI_NODEJS_TYPESCRIPT: "false",
        ...(compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache }),
      },
    },
  );
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    // Aborting emits an error immediately, but the run ends only when the process exits.
    child.once("error", (cause) => {
      failure = cause;
      if (child.pid === undefined) reject(cause);
    });
    child.once("exit", (code) => (failure === undefined ? resolve(code ?? -1) : reject(failure)));
  });
}
