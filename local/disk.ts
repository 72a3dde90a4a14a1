import { statfsSync } from "node:fs";

/** With less than this left, a write may fail, in bytes. */
export const leastBytes = 4_000_000;

/** Free bytes of the disk that holds a folder, without what only the system may use. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Whether writes to a folder's disk may fail. No, where nothing can be told of the disk. */
export function isFull(folder: string): boolean {
  try {
    return freeBytes(folder) < leastBytes;
  } catch {
    return false;
  }
}

/**
 * True for errors of the system and of SQLite which mean that no space is left or the user's quota is exhausted, and
 * for errors that such a one caused.
 */
export function isDiskFull(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const code = "code" in cause ? cause.code : undefined;
  // 13 is SQLITE_FULL.
  const isOwn = code === "ENOSPC" || code === "EDQUOT" || ("errcode" in cause && cause.errcode === 13);
  return isOwn || isDiskFull(cause.cause);
}

const units = [
  ["GB", 1e9],
  ["MB", 1e6],
] as const;

/** `0.9 GB`, `500 MB`: rounded down, so that what is told as free is free. */
export function sizeText(bytes: number): string {
  const [unit, one] = units.find(([, size]) => bytes >= size / 2) ?? units[1];
  const value = Math.floor((bytes / one) * 10) / 10;
  return `${value >= 100 ? Math.floor(value) : value} ${unit}`;
}
