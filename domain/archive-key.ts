import { formatNumber, isBroadcast, isChannelId, type RecordingName } from "./ids.ts";

/** Thrown for an archive key that MediaLive would not have written. */
export class ArchiveKeyError extends Error {
  override readonly name = "ArchiveKeyError";
  readonly code = "invalid-archive-key";
}

/** The key of a recording in the archive bucket: `main/20261122T180000/recording.000012.ts`. */
export function formatArchiveKey({ channel, broadcast, number }: RecordingName): string {
  return `${channel}/${broadcast}/recording.${formatNumber(number)}.ts`;
}

/**
 * What an archive key says; throws `ArchiveKeyError` for any other key. `key` is plain, not as in an S3 notification.
 */
export function parseArchiveKey(key: string): RecordingName {
  const [, channel = "", broadcast = "", number = ""] = /^([^/]*)\/([^/]*)\/recording\.(\d{6})\.ts$/.exec(key) ?? [];
  if (!isChannelId(channel) || !isBroadcast(broadcast)) {
    throw new ArchiveKeyError(
      `The key "${key}" is not CHANNEL/BROADCAST/recording.NNNNNN.ts, e.g. main/20261122T180000/recording.000012.ts`,
    );
  }
  return { channel, broadcast, number: Number(number) };
}

/**
 * The plain key of an S3 notification, which carries it form-encoded: a space is `+`, everything else is
 * percent-encoded.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * Throws `ArchiveKeyError` when it is not so encoded.
 */
export function decodeNotificationKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    throw new ArchiveKeyError(`The notification's key "${encoded}" is not form-encoded`);
  }
}
