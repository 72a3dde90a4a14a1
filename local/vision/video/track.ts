import { boxOf, type FaceReport, type FrameReport } from "../report.ts";
import { similarity, type Curve } from "../recognisers/recogniser.ts";
import { overlap, type Box } from "../geometry/box.ts";

/** From this similarity on, faces are the same person, wherever they are in the picture. */
const sameFace = 80;
/** A face that turns away may look different for a moment, but stays in the same place. */
const samePlace = { overlap: 0.5, withinMs: 1500, similarity: 5 };

interface Track {
  index: number;
  lastMs: number;
  box: Box;
  /** Embedding of the track's latest clear match. */
  embedding: Float32Array;
}

/**
 * Gives every face of a video the index of its person, from 0 in the order of appearance: someone who leaves the
 * picture and comes back keeps theirs. The result has the shape of `frames[].faces[]`.
 */
export function trackPersons(frames: readonly FrameReport[], curve: Curve): number[][] {
  const tracks: Track[] = [];
  return frames.map(({ timeMs, faces }) => {
    const indexes = new Array<number>(faces.length).fill(-1);
    const taken = new Set<Track>();
    const pairs = faces.flatMap((face, position) =>
      tracks.map((track) => ({ position, face, track, likeness: likeness(track, face, timeMs, curve) })),
    );
    for (const { position, face, track, likeness } of pairs
      .filter((pair) => pair.likeness > 0)
      .sort((a, b) => b.likeness - a.likeness)) {
      if (indexes[position] !== -1 || taken.has(track)) continue;
      indexes[position] = track.index;
      taken.add(track);
      track.lastMs = timeMs;
      track.box = boxOf(face);
      if (likeness >= sameFace) track.embedding = face.embedding;
    }
    for (const [position, face] of faces.entries()) {
      if (indexes[position] !== -1) continue;
      indexes[position] = tracks.length;
      tracks.push({ index: tracks.length, lastMs: timeMs, box: boxOf(face), embedding: face.embedding });
    }
    return indexes;
  });
}

/** The similarity of the face to the track's, where they may be the same person; otherwise 0. */
function likeness(track: Track, face: FaceReport, timeMs: number, curve: Curve): number {
  const similar = similarity(track.embedding, face.embedding, curve);
  if (similar >= sameFace) return similar;
  const inPlace = timeMs - track.lastMs <= samePlace.withinMs && overlap(track.box, boxOf(face)) >= samePlace.overlap;
  return inPlace && similar > samePlace.similarity ? similar : 0;
}
