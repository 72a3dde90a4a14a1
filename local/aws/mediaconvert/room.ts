import { leastBytes } from "../../disk.ts";

/** There is no space for the outputs: the job can run once there is. */
export class DiskFullError extends Error {
  override readonly name = "DiskFullError";
}

/** What a conversion must leave free. */
const spareBytes = 64_000_000;

/**
 * Does work that writes at most `bytes` to the disk of the data folder. Throws {@link DiskFullError} if they don't fit,
 * and also if the disk fills up meanwhile, whatever became of the work: FFmpeg takes no notice of a full disk in some
 * of its outputs, which are then cut, and takes it for an error of the media in others.
 */
export async function withRoom<Result>(
  { bytes, free }: { bytes: number; free: () => number },
  work: () => Promise<Result>,
): Promise<Result> {
  const need = (needed: number): void => {
    const left = free();
    if (left < needed)
      throw new DiskFullError(
        `${Math.ceil(needed / 1e6)} MB are needed on the disk of the data folder, and ` +
          `${Math.floor(left / 1e6)} MB are free`,
      );
  };
  need(bytes + spareBytes);
  const settled = await work().then(
    (result) => () => result,
    (cause: unknown) => () => {
      throw cause;
    },
  );
  need(leastBytes);
  return settled();
}
