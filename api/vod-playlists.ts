import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import { parseMediaPlaylist, type MediaPlaylist } from "../hls/media-playlist.ts";
import { parseMultivariantPlaylist, type Variant } from "../hls/multivariant-playlist.ts";

/** Reads the playlists of converted recordings; `undefined` for one that is not in the bucket. */
export interface VodPlaylists {
  /** The media playlist at this key. */
  media(key: string): Promise<MediaPlaylist | undefined>;
  /** The variants of the multivariant playlist at this key. */
  variants(key: string): Promise<Variant[] | undefined>;
}

/** Number of cached playlists: a recording of a minute has about 30 segments, so they take a few megabytes. */
const keptAtMost = 500;

/** The VOD bucket's playlists. A conversion writes each once, so those read most recently stay in memory. */
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

/** Parses what `fetch` finds, and keeps the most recent results. */
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
    // A Map iterates over its keys in insertion order: the first is the least recently used.
    kept.delete(key);
    kept.set(key, playlist);
    for (const oldest of kept.keys()) {
      if (kept.size <= keptAtMost) break;
      kept.delete(oldest);
    }
    return playlist;
  };
}
