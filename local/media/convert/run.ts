import { runRequest } from "./job-process.ts";
import type {
  AssemblyPlan,
  ConvertPlan,
  ConvertReport,
  ConvertRequest,
  ConvertResult,
  MediaDescription,
} from "./plan.ts";

/** The file can't be converted: it has no video, is damaged or is not media. `message` says what FFmpeg found. */
export class MediaError extends Error {
  override readonly name = "MediaError";
}

/** The converting process died: killed, out of memory or by a fault of native code. The file may be fine. */
export class ConverterDied extends Error {
  override readonly name = "ConverterDied";
}

/**
 * Runs a plan in a separate process, so that a crash in native code ends only this job. Rejects with
 * {@link MediaError} or {@link ConverterDied}.
 */
export async function convert(
  plan: ConvertPlan,
  options: { signal?: AbortSignal; onProgress?: (percent: number) => void } = {},
): Promise<ConvertResult & { cpuMs: number }> {
  const report = await runJob({ kind: "convert", plan }, options);
  if (report.kind !== "converted") throw new MediaError("The converting process ended without a result.");
  return { ...report.result, cpuMs: report.cpuMs };
}

/** Makes one file of parts of others, like {@link convert}. */
export async function assemble(
  plan: AssemblyPlan,
  options: { signal?: AbortSignal; onProgress?: (percent: number) => void } = {},
): Promise<ConvertResult & { cpuMs: number }> {
  const report = await runJob({ kind: "assemble", plan }, options);
  if (report.kind !== "converted") throw new MediaError("The converting process ended without a result.");
  return { ...report.result, cpuMs: report.cpuMs };
}

/** Describes a media file. Rejects with {@link MediaError} if FFmpeg can't read it, or {@link ConverterDied}. */
export async function probe(file: string, options: { signal?: AbortSignal } = {}): Promise<MediaDescription> {
  const report = await runJob({ kind: "probe", file }, options);
  if (report.kind !== "probed") throw new MediaError("The probing process ended without a result.");
  return report.description;
}

async function runJob(
  request: ConvertRequest,
  options: { signal?: AbortSignal; onProgress?: (percent: number) => void },
): Promise<ConvertReport> {
  const outcome = await runRequest(request, options);
  if ("ended" in outcome) throw new ConverterDied(`The converting process ended with ${outcome.ended}`);
  if (outcome.report.kind === "failed") throw new MediaError(outcome.report.message);
  return outcome.report;
}
