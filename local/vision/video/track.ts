import type { FaceReport, FrameReport } from "../report.ts";
import { distance } from "../similarity.ts";
import { overlap, type Box } from "../geometry/box.ts";

/** Faces closer than this are the same person, wherever they are in the picture (similarity 80). */
const sameFace = 0.55;
/** A face that turns away may look different for a moment, but stays in the same place. */
const samePlace = { overlap: 0.5, withinMs: 1500, distance: 0.75 };

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
export function trackPersons(frames: readonly FrameReport[]): number[][] {
  const tracks: Track[] = [];
  return frames.map(({ timeMs, faces }) => {
    const indexes = new Array<number>(faces.length).fill(-1);
    const taken = new Set<Track>();
    const pairs = faces.flatMap((face, position) =>
      tracks.map((track) => ({ position, face, track, cost: cost(track, face, timeMs) })),
    );
    for (const { position, face, track, cost } of pairs
      .filter((pair) => pair.cost < Infinity)
      .sort((a, b) => a.cost - b.cost)) {
      if (indexes[position] !== -1 || taken.has(track)) continue;
      indexes[position] = track.index;
      taken.add(track);
      track.lastMs = timeMs;
      track.box = boxOf(face);
      if (cost < sameFace) track.embedding = face.embedding;
    }
    for (const [position, face] of faces.entries()) {
      if (indexes[position] !== -1) continue;
      indexes[position] = tracks.length;
      tracks.push({ index: tracks.length, lastMs: timeMs, box: boxOf(face), embedding: face.embedding });
    }
    return indexes;
  });
}

/** The distance of the face to the track's, where they may be the same person; infinite otherwise. */
function cost(track: Track, face: FaceReport, timeMs: number): number {
  const apart = distance(track.embedding, face.embedding);
  if (apart < sameFace) return apart;
  const inPlace = timeMs - track.lastMs <= samePlace.withinMs && overlap(track.box, boxOf(face)) >= samePlace.overlap;
  return inPlace && apart < samePlace.distance ? apart : Infinity;
}

function boxOf({ box }: FaceReport): Box {
  return { left: box.left, top: box.top, right: box.left + box.width, bottom: box.top + box.height };
}
