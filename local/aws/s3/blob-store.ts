import { randomUUID } from "node:crypto";
import { createReadStream, mkdirSync, type ReadStream } from "node:fs";
import { copyFile, link, open, readdir, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isDiskFull } from "../../disk.ts";
import { DiskFull } from "../errors.ts";
import type { ByteRange } from "./range.ts";

/** Bytes per write to and read from the disk. */
const writeBytes = 1024 * 1024;
const readBytes = 256 * 1024;
/** What `link` fails with where a file can't have a second name. */
const noLink: readonly string[] = ["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "ENOSYS"];

/**
 * The bytes of objects and parts: one file each, named by a random id, never changed once written. A key is never part
 * of a path.
 *
 * Durability: {@link write} and {@link adopt} return after the file is synced to disk, and only then may a row of the
 * index refer to it. A crash or power loss can leave a file that no row refers to (swept at the next start), but never
 * a row without all its bytes.
 */
export class BlobStore {
  readonly folder: string;
  readonly #open: (path: string) => Promise<FileHandle>;

  /** `openFile` lets a test simulate a full device. */
  constructor(folder: string, openFile: (path: string) => Promise<FileHandle> = (path) => open(path, "wx")) {
    this.folder = folder;
    this.#open = openFile;
    mkdirSync(folder, { recursive: true });
  }

  path(blob: string): string {
    return join(this.folder, blob);
  }

  /** Stores a stream; returns the new blob. Leaves nothing behind on failure. Throws {@link DiskFull}. */
  async write(source: AsyncIterable<Uint8Array>): Promise<string> {
    const blob = randomUUID();
    try {
      const handle = await this.#open(this.path(blob));
      // The stream syncs the file and then closes it, also on failure.
      await pipeline(source, handle.createWriteStream({ highWaterMark: writeBytes, flush: true }));
      return blob;
    } catch (cause) {
      await this.delete(blob);
      throw isDiskFull(cause) ? new DiskFull(cause) : cause;
    }
  }

  /**
   * Takes a finished file in, which stays where it is, too, until the caller has noted whose the blob is. Copies it
   * where it can't be one file with two names. Leaves nothing behind on failure. Throws {@link DiskFull}.
   */
  async adopt(file: string): Promise<string> {
    const blob = randomUUID();
    try {
      try {
        await link(file, this.path(blob));
      } catch (cause) {
        // Another file system, or one without links.
        if (!(cause instanceof Error && "code" in cause && noLink.includes(String(cause.code)))) throw cause;
        await copyFile(file, this.path(blob));
      }
      const handle = await open(this.path(blob), "r");
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      return blob;
    } catch (cause) {
      await this.delete(blob);
      throw isDiskFull(cause) ? new DiskFull(cause) : cause;
    }
  }

  /** Opens a blob for reading. It stays readable even if it is deleted in the meantime. */
  open(blob: string): Promise<FileHandle> {
    return open(this.path(blob), "r");
  }

  /** The bytes of an open blob; closes it at the end. */
  static stream(handle: FileHandle, range?: ByteRange): ReadStream {
    return handle.createReadStream({ ...range, highWaterMark: readBytes });
  }

  read(blob: string): ReadStream {
    return createReadStream(this.path(blob), { highWaterMark: readBytes });
  }

  async delete(...blobs: readonly (string | undefined)[]): Promise<void> {
    await Promise.all(
      blobs.map(async (blob) => (blob === undefined ? undefined : rm(this.path(blob), { force: true }))),
    );
  }

  /** Deletes every file that is not in `used`: what a crash left behind. Returns how many. */
  async sweep(used: ReadonlySet<string>): Promise<number> {
    const orphans = (await readdir(this.folder)).filter((blob) => !used.has(blob));
    await this.delete(...orphans);
    return orphans.length;
  }
}
