import { statfs } from "node:fs/promises";

/** There is no space for the outputs: the job can run once there is. */
export class DiskFullError extends Error {
  override readonly name = "DiskFullError";
}

/** What a conversion must leave free. */
const spareBytes = 64_000_000;
/** With less than this left, a write may have failed. */
const leastBytes = 4_000_000;

/** Free bytes of the disk that holds a folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * Does work that writes at most `bytes` to the disk of the data folder. Throws {@link DiskFullError} if they don't fit,
 * and also if the disk fills up meanwhile, whatever became of the work: FFmpeg takes no notice of a full disk in some
 * of its outputs, which are then cut, and takes it for an error of the media in others.
 */
export async function withRoom<Result>(
  { bytes, free }: { bytes: number; free: () => Promise<number> },
  work: () => Promise<Result>,
): Promise<Result> {
  const need = async (needed: number): Promise<void> => {
    const left = await free();
    if (left < needed)
      throw new DiskFullError(
        `${Math.ceil(needed / 1e6)} MB are needed on the disk of the data folder, and ` +
          `${Math.floor(left / 1e6)} MB are free`,
      );
  };
  await need(bytes + spareBytes);
  const settled = await work().then(
    (result) => () => result,
    (cause: unknown) => () => {
      throw cause;
    },
  );
  await need(leastBytes);
  return settled();
}
