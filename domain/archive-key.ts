import { formatNumber, isBroadcast, isChannelId, type RecordingName } from "./ids.ts";
import { firstStandbyNumber, isStandby } from "./standby.ts";

/** What a channel's second pipeline archives is below this folder, which no channel id can name. */
export const standbyFolder = "_standby/";

/** Thrown for an archive key that MediaLive would not have written. */
export class ArchiveKeyError extends Error {
  override readonly name = "ArchiveKeyError";
  readonly code = "invalid-archive-key";
}

/**
 * The key of a recording in the archive bucket: `main/20261122T180000/recording.000012.ts`. That of number 500012 is
 * `_standby/main/20261122T180000/recording.000012.ts`: both pipelines count from 0.
 */
export function formatArchiveKey({ channel, broadcast, number }: RecordingName): string {
  const [folder, own] = isStandby(number) ? [standbyFolder, number - firstStandbyNumber] : ["", number];
  return `${folder}${channel}/${broadcast}/recording.${formatNumber(own)}.ts`;
}

/**
 * What an archive key says; throws `ArchiveKeyError` for any other key. `key` is plain, not as in an S3 notification.
 */
export function parseArchiveKey(key: string): RecordingName {
  const isOfStandby = key.startsWith(standbyFolder);
  const [, channel = "", broadcast = "", number = ""] =
    /^([^/]*)\/([^/]*)\/recording\.(\d{6})\.ts$/.exec(isOfStandby ? key.slice(standbyFolder.length) : key) ?? [];
  if (!isChannelId(channel) || !isBroadcast(broadcast)) {
    throw new ArchiveKeyError(
      `The key "${key}" is not CHANNEL/BROADCAST/recording.NNNNNN.ts, e.g. main/20261122T180000/recording.000012.ts`,
    );
  }
  if (isStandby(Number(number)))
    throw new ArchiveKeyError(`The key "${key}" has a number from ${firstStandbyNumber} on: restart the channel`);
  return { channel, broadcast, number: Number(number) + (isOfStandby ? firstStandbyNumber : 0) };
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
