import type { Recordings } from "../catalogue/index.ts";
import { commonRenditions } from "../domain/clip-playlist.ts";
import type { ReelPart } from "../domain/reel.ts";
import { mediaPlaylistKey } from "../domain/vod-keys.ts";
import type { Clip, Recording } from "../domain/model.ts";
import { ApiProblem } from "./problems.ts";
import type { VodPlaylists } from "./vod-playlists.ts";

/** How many playlists are fetched at the same time: the SDK opens so many connections. */
const atOnce = 50;

/**
 * The parts of recordings to play for these clips, in sequence: in the given rendition, otherwise each recording in its
 * source quality. Recordings that no longer exist are omitted. Throws `nothing-to-play` if none exists, and
 * `rendition-not-found` if one of them does not have the rendition.
 */
export async function clipParts(
  clips: readonly Clip[],
  rendition: string | undefined,
  { recordings, vodPlaylists }: { recordings: Recordings; vodPlaylists: VodPlaylists },
): Promise<ReelPart[]> {
  const known = await playable(clips, recordings);
  if (rendition !== undefined) checkRendition(rendition, [...known.values()]);

  const wanted = clips.flatMap((clip) =>
    clip.pieces.flatMap((piece) => {
      const recording = known.get(piece.recording);
      const name = rendition ?? recording?.renditions[0]?.name;
      return recording === undefined || name === undefined
        ? []
        : [{ clip, piece, recording, key: mediaPlaylistKey(recording, name) }];
    }),
  );
  const parts: ReelPart[] = [];
  for (let first = 0; first < wanted.length; first += atOnce) {
    const batch = wanted.slice(first, first + atOnce);
    const playlists = await Promise.all(batch.map(({ key }) => vodPlaylists.media(key)));
    for (const [index, playlist] of playlists.entries()) {
      const { clip, piece, recording, key } = batch[index]!;
      if (playlist !== undefined)
        parts.push({
          clip,
          playlist,
          base: `/${key.slice(0, key.lastIndexOf("/") + 1)}`,
          recordedAtMs: recording.start === undefined ? undefined : Date.parse(recording.start),
          startMs: piece.startMs,
          endMs: piece.endMs,
        });
    }
  }
  if (parts.length === 0) throw nothingToPlay();
  return parts;
}

/**
 * The converted recordings of these clips, by id, in the order of the clips. Throws `nothing-to-play` if there are
 * none.
 */
export async function playable(clips: readonly Clip[], recordings: Recordings): Promise<Map<string, Recording>> {
  const ids = [...new Set(clips.flatMap(({ pieces }) => pieces.map((piece) => piece.recording)))];
  const found = new Map<string, Recording>();
  const known = await recordings.getMany(ids);
  for (const id of ids) {
    const recording = known.get(id);
    if (recording !== undefined && recording.renditions.length > 0) found.set(id, recording);
  }
  if (found.size === 0) throw nothingToPlay();
  return found;
}

function checkRendition(rendition: string, recordings: readonly Recording[]): void {
  const common = commonRenditions(recordings).map(({ name }) => name);
  if (common.includes(rendition)) return;
  throw new ApiProblem(
    "rendition-not-found",
    common.length === 0
      ? "The recordings have no rendition in common. Omit `rendition`."
      : `Rendition "${rendition}" is not available. Available: ${common.join(", ")}.`,
  );
}

/** The problem of a clip whose recordings no longer exist. */
export function nothingToPlay(): ApiProblem {
  return new ApiProblem("nothing-to-play", "No matching clip has a recording that still exists.");
}
