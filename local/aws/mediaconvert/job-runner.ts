import { mkdir, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import { assemble, convert, MediaError } from "../../media/convert/run.ts";
import type { AssemblyPart } from "../../media/convert/plan.ts";
import { freeBytes, isDiskFull } from "../../disk.ts";
import { AwsError } from "../errors.ts";
import type { Cloud, Principal } from "../cloud.ts";
import type { Job } from "./job-store.ts";
import { withRoom } from "./room.ts";
import { assemblyPlan, type TranslatedPart } from "./assembly.ts";
import { translate, type TranslatedGroup } from "./translate.ts";

/** The parts of the cloud that conversion needs. */
export type ConvertingCloud = Pick<Cloud, "region" | "accountId" | "dataFolder" | "log" | "iam" | "objects" | "events">;

/**
 * A job that ended in ERROR, with MediaConvert's own code:
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html
 */
export class JobError extends Error {
  override readonly name = "JobError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const contentTypes: Readonly<Record<string, string>> = {
  ".m3u8": "application/vnd.apple.mpegurl",
  ".ts": "video/mp2t",
  ".mp4": "video/mp4",
  ".jpg": "image/jpeg",
};

/**
 * Runs one job as its role: reads the input object, converts it, and writes the outputs, segments before the playlists
 * that refer to them. Running it again writes the same objects. Throws {@link JobError}, or an error that may pass:
 * {@link DiskFullError}, `ConverterDied`.
 * @returns the job's `outputGroupDetails`, as events carry them.
 */
export async function runJob(
  cloud: ConvertingCloud,
  job: Job,
  options: { signal: AbortSignal; onProgress: (percent: number) => void },
): Promise<unknown[]> {
  const { input, parts, groups } = translate(job.settings);
  const role = assume(cloud, job);
  const source = await open(cloud, role, input);
  const assembly = parts && assemblyPlan(await openParts(cloud, role, parts), groups);
  const folder = join(cloud.dataFolder, "mediaconvert", job.id);
  // Each group has its own folder: two groups may use the same names under different prefixes.
  const outputs = groups.map(({ output }, i) =>
    "base" in output ? { ...output, base: `${i}/${output.base}` } : { ...output, path: `${i}/${output.path}` },
  );
  // An MP4, a ladder, and what is left for posters.
  const bytes = assembly === undefined ? 3 * source.size : sizeOf(assembly.parts);
  const room = { bytes, free: () => freeBytes(cloud.dataFolder) };
  try {
    return await withRoom(room, async () => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const result = await (assembly === undefined
        ? convert({ input: source.path, folder, outputs }, options)
        : assemble({ ...assembly, folder, path: `0/${assembly.path}` }, options));
      const details: unknown[] = [];
      for (const [i, group] of groups.entries()) {
        const made = result.outputs[i]!;
        const address = (path: string): string => `${group.prefix}${path.slice(`${i}/`.length)}`;
        for (const file of made.files) await store(cloud, role, group.bucket, address(file), join(folder, file));
        details.push(describeGroup(group, made, result.durationMs, address));
      }
      return details;
    });
  } catch (cause) {
    if (cause instanceof MediaError) throw new JobError(1030, cause.message);
    throw cause;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Assumes the job's role for its queue:
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/cross-service-confused-deputy-prevention.html
 */
function assume(cloud: ConvertingCloud, { role, queue }: Job): Principal {
  try {
    return cloud.iam.assume(role, "mediaconvert.amazonaws.com", { arn: queue });
  } catch (cause) {
    throw new JobError(1402, `MediaConvert cannot assume the role ${role}: ${messageOf(cause)}`);
  }
}

async function open(
  cloud: ConvertingCloud,
  role: Principal,
  { bucket, key }: { bucket: string; key: string },
): Promise<{ path: string; size: number }> {
  try {
    return await cloud.objects.file(role, bucket, key);
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new JobError(cause.status === 403 ? 1401 : 1404, `s3://${bucket}/${key} cannot be read: ${cause.message}`);
  }
}

/** Each object is opened once, however many parts of it there are. */
async function openParts(
  cloud: ConvertingCloud,
  role: Principal,
  parts: readonly TranslatedPart[],
): Promise<(AssemblyPart & { size: number })[]> {
  const files = new Map<string, Awaited<ReturnType<typeof open>>>();
  const opened = [];
  for (const { address, ...part } of parts) {
    const name = `${address.bucket}/${address.key}`;
    const file = files.get(name) ?? (await open(cloud, role, address));
    files.set(name, file);
    opened.push({ ...part, input: file.path, size: file.size });
  }
  return opened;
}

/** Of the files that parts are taken from, in bytes. */
function sizeOf(parts: readonly { input: string; size: number }[]): number {
  return [...new Map(parts.map(({ input, size }) => [input, size])).values()].reduce((sum, size) => sum + size);
}

async function store(
  cloud: ConvertingCloud,
  role: Principal,
  bucket: string,
  key: string,
  file: string,
): Promise<void> {
  try {
    await cloud.objects.put(role, bucket, key, file, contentTypes[extname(key)] ?? "application/octet-stream");
  } catch (cause) {
    if (!(cause instanceof AwsError) || isDiskFull(cause)) throw cause;
    throw new JobError(cause.status === 403 ? 1401 : 1404, `s3://${bucket}/${key} cannot be written: ${cause.message}`);
  }
}

function describeGroup(
  group: TranslatedGroup,
  made: { renditions: readonly { path: string; width: number; height: number; averageBitrate: number }[] },
  durationMs: number,
  address: (path: string) => string,
): unknown {
  const url = (path: string): string => `s3://${group.bucket}/${address(path)}`;
  return {
    outputDetails: made.renditions.map(({ path, width, height, averageBitrate }) => ({
      outputFilePaths: [url(path)],
      durationInMs: durationMs,
      videoDetails: { widthInPx: width, heightInPx: height, ...(averageBitrate > 0 ? { averageBitrate } : {}) },
    })),
    ...(group.output.kind === "hls"
      ? { playlistFilePaths: [`s3://${group.bucket}/${group.prefix}${group.output.base}.m3u8`] }
      : {}),
    type: group.type,
  };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
