import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ConvertPlan, ConvertReport, ConvertRequest, ConvertResult, MediaDescription } from "./plan.ts";

/** A file that can't be converted: no video, damaged, not media at all. `message` says what FFmpeg found. */
export class MediaError extends Error {
  override readonly name = "MediaError";
}

const jobFile = fileURLToPath(new URL("./job.ts", import.meta.url));

/** Runs a plan in a process of its own, so that a crash in native code ends this job only. Rejects with {@link MediaError}. */
export async function convert(plan: ConvertPlan, options: { signal?: AbortSignal; onProgress?: (percent: number) => void } = {}): Promise<ConvertResult & { cpuMs: number }> {
  const report = await runJob({ kind: "convert", plan }, options);
  if (report.kind !== "converted") throw new MediaError("The converting process ended without a result.");
  return { ...report.result, cpuMs: report.cpuMs };
}

/** Describes a media file. Rejects with {@link MediaError} where FFmpeg can't read it. */
export async function probe(file: string, options: { signal?: AbortSignal } = {}): Promise<MediaDescription> {
  const report = await runJob({ kind: "probe", file }, options);
  if (report.kind !== "probed") throw new MediaError("The probing process ended without a result.");
  return report.description;
}

async function runJob(request: ConvertRequest, options: { signal?: AbortSignal; onProgress?: (percent: number) => void }): Promise<ConvertReport> {
  options.signal?.throwIfAborted();
  // A process group of its own: a terminal's Ctrl-C is for the engine, which stops its jobs itself.
  const child: ChildProcess = fork(jobFile, [], { detached: true, stdio: ["ignore", "ignore", "pipe", "ipc"] });
  let diagnostics = "";
  let last: ConvertReport | undefined;
  child.stderr?.on("data", (bytes: Buffer) => (diagnostics = (diagnostics + bytes.toString("utf8")).slice(-2000)));
  child.on("message", (report: ConvertReport) => {
    if (report.kind === "progress") options.onProgress?.(report.percent);
    else last = report;
  });
  const abort = (): void => void child.kill("SIGKILL");
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    const exit = new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code ?? -1}`));
    });
    child.send(request);
    const how = await exit;
    options.signal?.throwIfAborted();
    if (last === undefined) throw new MediaError(`The converting process ended with ${how}. ${diagnostics.trim()}`.trim());
    if (last.kind === "failed") throw new MediaError(last.message);
    return last;
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}
