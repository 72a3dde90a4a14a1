import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import { parseMediaPlaylist, type MediaPlaylist } from "../hls/media-playlist.ts";
import { parseMultivariantPlaylist, type Variant } from "../hls/multivariant-playlist.ts";

/** Reads the playlists of converted recordings; `undefined` for one that is not, or no longer, in the bucket. */
export interface VodPlaylists {
  /** The media playlist at this key. */
  media(key: string): Promise<MediaPlaylist | undefined>;
  /** The variants of the multivariant playlist at this key. */
  variants(key: string): Promise<Variant[] | undefined>;
}

/** How many playlists are kept: a recording of a minute has about 30 segments, so that is a few megabytes. */
const keptAtMost = 500;

/** The VOD bucket's playlists. A conversion writes each once, so those read last are kept in memory. */
export function createVodPlaylists({ s3, bucket }: { s3: S3Client; bucket: string }): VodPlaylists {
  async function fetch(key: string): Promise<string | undefined> {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (Body === undefined) throw new Error(`S3 answered no body for ${key}`);
      return await Body.transformToString();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  return { media: keeping(fetch, parseMediaPlaylist), variants: keeping(fetch, parseMultivariantPlaylist) };
}

/** Reads what `fetch` finds with `parse`, and keeps what was read last. */
function keeping<T>(
  fetch: (key: string) => Promise<string | undefined>,
  parse: (text: string) => T,
): (key: string) => Promise<T | undefined> {
  const kept = new Map<string, T>();
  return async (key) => {
    let playlist = kept.get(key);
    if (playlist === undefined) {
      const text = await fetch(key);
      if (text === undefined) return undefined;
      playlist = parse(text);
    }
    // A Map iterates over its keys in the order in which they were set: the first one was unused for longest.
    kept.delete(key);
    kept.set(key, playlist);
    for (const oldest of kept.keys()) {
      if (kept.size <= keptAtMost) break;
      kept.delete(oldest);
    }
    return playlist;
  };
}
