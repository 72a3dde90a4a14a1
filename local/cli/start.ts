import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createServices, type ServicesOptions } from "../aws/index.ts";
import { demoFunction } from "./demo/demo-function.ts";
import { buildPage } from "./build-page.ts";
import { countsAsAdmin } from "./counts-as-admin.ts";
import { DiskWatch } from "../disk-room.ts";
import { deploy } from "../engine/deploy.ts";
import type { Project } from "../engine/project.ts";
import { openState, type StateStore } from "../engine/state.ts";
import type { Log } from "../log.ts";
import { ApiClient } from "./demo/api-client.ts";
import { Keep } from "./keep.ts";
import type { Options } from "./options.ts";
import { panel, readOutputs } from "./panel.ts";
import type { Progress } from "./progress.ts";
import { recordingLine } from "./recording-line.ts";
import { randomProviders } from "../engine/providers/random.ts";

export interface StartOptions {
  root: string;
  project: Project;
  options: Options;
  log: Log;
  progress: Progress;
  /** Cancels the start. */
  signal: AbortSignal;
}

/** A running Spotlight. */
export interface Running {
  /** URLs and OBS settings, as text. */
  panel: string;
  stop(): Promise<void>;
}

/**
 * Opens the services on the data folder (the caller holds its lock), provisions the program and starts the channels.
 * Scripts wait for `outputs.json` in the folder: like `aws.env`, it exists only while everything runs, and after a
 * SIGKILL until the next start, which its `pid` tells. If the start fails, everything that was started is stopped
 * before this throws.
 */
export async function start({ root, project, options, log, progress, signal }: StartOptions): Promise<Running> {
  const started = performance.now();
  const { data } = options;
  const outputsFile = join(data, "outputs.json");
  const environmentFile = join(data, "aws.env");
  const ending: (() => void | Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ending.splice(0).reverse()) await end();
  };
  const removeFiles = (): void => [outputsFile, environmentFile].forEach((file) => rmSync(file, { force: true }));
  // Left by a run that was killed.
  removeFiles();
  // A crash ends here, too.
  process.once("exit", removeFiles);
  try {
    const state = openState(data);
    ending.push(() => state.close());
    progress.step("Building the page and starting services");
    const demo = demoFunction({ data, log: log.child("demo") });
    // Wait for both: neither may still be running when the other's failure is reported.
    const disk = new DiskWatch({
      folder: data,
      reserveBytes: options.minFree,
      log: log.child("disk"),
      advice: options.keep === undefined ? ", or start with --keep" : "",
    });
    ending.push(() => disk.stop());
    const [page, opened] = await Promise.allSettled([
      buildPage(root),
      createServices({ ...servicesOptions(options, log), disk, builtIn: [demo] }),
    ]);
    if (opened.status === "rejected") throw opened.reason;
    const services = opened.value;
    ending.push(() => services.stop());
    ending.push(() => demo.stop());
    if (page.status === "rejected") throw page.reason;
    signal.throwIfAborted();

    progress.step("Provisioning the program's resources");
    const deployment = await deploy({
      project,
      stack: options.stack,
      resources: [...services.resources, ...randomProviders],
      invokes: services.invokes,
      state,
      compileCache: join(root, ".cache", "compile"),
      signal,
      onProgress: (done, { type, name }) => progress.detail(`${done}: ${name} (${type.split(":").at(-1) ?? type})`),
    });
    const outputs = readOutputs(deployment.outputs);
    await services.start();
    await services.startChannels();
    signal.throwIfAborted();

    ending.push(() => {
      removeFiles();
      process.removeListener("exit", removeFiles);
    });
    writeSecret(
      environmentFile,
      Object.entries(services.environment)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    );
    writeSecret(outputsFile, `${JSON.stringify({ ...deployment.outputs, pid: process.pid }, undefined, 2)}\n`);
    if (options.keep !== undefined) {
      const keep = new Keep({
        limit: options.keep,
        bytes: () => mediaBuckets(state).reduce((sum, bucket) => sum + services.bytesIn(bucket), 0),
        // What `npm run demo` takes, too, where the token was rotated.
        api: new ApiClient(outputs.apiUrl, process.env["SPOTLIGHT_ADMIN_TOKEN"] ?? outputs.adminToken),
        log: log.child("keep"),
      });
      ending.push(() => keep.stop());
      disk.subscribe(() => void keep.run());
      keep.start();
    }
    const seconds = (performance.now() - started) / 1000;
    // A token that can't be checked is shown: most are not rotated, and the panel is for more than the token.
    const isTokenRotated = !(await countsAsAdmin(outputs.apiUrl, outputs.adminToken).catch(() => true));
    const secretsIn = process.stdout.isTTY ? undefined : outputsFile;
    return {
      panel: panel(outputs, seconds, {
        isTokenRotated,
        secretsIn,
        keep: options.keep,
        isDiskLow: disk.lowSince !== undefined,
      }),
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/** The names of the program's buckets of recordings: the archive, and what they are converted to. */
function mediaBuckets(state: StateStore): string[] {
  return state
    .all()
    .filter(({ type, name }) => type === "aws:s3/bucket:Bucket" && (name === "archive" || name === "vod"))
    .map((bucket) => String(bucket.state.outputs["bucket"]));
}

function servicesOptions(options: Options, log: Log): ServicesOptions {
  const { data, host, names, port, rtmpPort, celebrities, faceModel, record, verbose } = options;
  return {
    dataFolder: data,
    log,
    host,
    names,
    shorten: verbose ? undefined : recordingLine,
    port,
    rtmpPort,
    ...(celebrities === undefined ? {} : { celebrities }),
    ...(faceModel === undefined ? {} : { faceModel }),
    ...(record === undefined ? {} : { record }),
  };
}

/** Atomically writes a file with secrets (stream key, admin token, access key) that only this user can read. */
function writeSecret(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
