import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import { parseMediaPlaylist, type MediaPlaylist } from "../domain/media-playlist.ts";

/** Reads the media playlists of converted recordings. */
export interface VodPlaylists {
  /** The playlist at this key of the VOD bucket; `undefined` when it is not (any longer) there. */
  read(key: string): Promise<MediaPlaylist | undefined>;
}

/** How many playlists are kept: a recording of a minute has about 30 segments, so that is a few megabytes. */
const keptAtMost = 500;

/** The VOD bucket's playlists. A conversion writes each once, so those that were read last are kept in memory. */
export function createVodPlaylists({ s3, bucket }: { s3: S3Client; bucket: string }): VodPlaylists {
  const kept = new Map<string, MediaPlaylist>();

  async function fetch(key: string): Promise<MediaPlaylist | undefined> {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (Body === undefined) throw new Error(`S3 answered no body for ${key}`);
      return parseMediaPlaylist(await Body.transformToString());
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  return {
    async read(key) {
      const playlist = kept.get(key) ?? (await fetch(key));
      if (playlist === undefined) return undefined;
      // A Map goes through its keys in the order in which they were set: the first is the one that was not used for
      // longest.
      kept.delete(key);
      kept.set(key, playlist);
      for (const oldest of kept.keys()) {
        if (kept.size <= keptAtMost) break;
        kept.delete(oldest);
      }
      return playlist;
    },
  };
}
