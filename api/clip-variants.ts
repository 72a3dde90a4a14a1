import type { Recordings } from "../catalogue/index.ts";
import { commonVariants, namedVariants, sourceVariant } from "../domain/clip-variants.ts";
import type { Clip } from "../domain/model.ts";
import { multivariantPlaylistKey } from "../domain/vod-keys.ts";
import type { Variant } from "../hls/multivariant-playlist.ts";
import { nothingToPlay, playable } from "./clip-parts.ts";
import type { VodPlaylists } from "./vod-playlists.ts";

/**
 * The variants of a clip: the renditions that all its recordings have, each at its own address. If they have none in
 * common, because the source changed, each recording is played in its own quality. Throws `nothing-to-play` if no
 * recording exists.
 */
export async function clipVariants(
  clip: Clip,
  { recordings, vodPlaylists }: { recordings: Recordings; vodPlaylists: VodPlaylists },
): Promise<Variant[]> {
  const known = [...(await playable([clip], recordings)).values()];
  const read = await Promise.all(known.map((recording) => vodPlaylists.variants(multivariantPlaylistKey(recording))));
  const variants = read.flatMap((found) => (found === undefined ? [] : [namedVariants(found)]));
  const common = commonVariants(variants);
  if (common.length > 0) {
    return common.map((variant) => ({
      ...variant,
      uri: `playlist.m3u8?rendition=${encodeURIComponent(variant.rendition)}`,
    }));
  }
  const source = sourceVariant(variants);
  if (source === undefined) throw nothingToPlay();
  return [{ ...source, uri: "playlist.m3u8" }];
}
