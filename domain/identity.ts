import type { Box, Subject } from "./model.ts";

/** What a detector saw in one frame: a face, whoever's it is, or an event of the match. */
export interface Observation {
  /** From the recording's start. */
  atMs: number;
  box: Box;
  /** The number of the person, where the detector follows people through the recording; only it gives numbers. */
  person?: number;
  /** How much this frame says about who it is, 0–1: little where the face is turned away or blurred. */
  weight: number;
  /** All that it may be, with their similarity; empty for a stranger. */
  candidates: readonly Candidate[];
}

/** A subject that something may be. */
export interface Candidate {
  subject: Subject;
  /** 0–100. */
  similarity: number;
}

/**
 * The best candidate's odds must be this many times those of the second, or nobody is meant: of two people who look
 * alike, a face that resembles both must not count as either.
 */
const margin = 2;

/** The evidence of a frame that should show who it is, but doesn't resemble the candidate. */
const againstIt = -1;

/**
 * The subject of a track, which is one face through one shot: the candidate with the most evidence in all its frames.
 * A frame's evidence is the logarithm of the similarity's odds, times the frame's weight, so a few good frames outweigh
 * many in which the face is turned away, and one chance match in many good frames counts for nothing. `undefined`: a
 * stranger, or too close to call. At least one frame must reach `threshold` (a similarity).
 */
export function identify(track: readonly Observation[], threshold: number): Subject | undefined {
  const subjects = new Map(
    track.flatMap(({ candidates }) => candidates.map(({ subject }) => [subject.id, subject] as const)),
  );
  const scored = [...subjects.values()]
    .map((subject) => ({ subject, ...scoreOf(subject.id, track) }))
    .sort((a, b) => b.evidence - a.evidence);
  const [best, second] = scored;
  if (best === undefined || best.similarity < threshold || best.evidence <= 0) return undefined;
  const ahead = best.evidence - (second?.evidence ?? Number.NEGATIVE_INFINITY);
  return ahead >= Math.log(margin) ? best.subject : undefined;
}

/**
 * The similarity below which a candidate can't change what {@link identify} decides: a detector that reports this much
 * shows the second-best candidate where it is within the margin.
 */
export function leastSimilarity(threshold: number): number {
  const odds = threshold / (100 - threshold) / margin;
  return (100 * odds) / (1 + odds);
}

/** Mean evidence per weight for the subject, and its highest similarity. */
function scoreOf(id: string, track: readonly Observation[]): { evidence: number; similarity: number } {
  let evidence = 0;
  let weights = 0;
  let highest = 0;
  for (const { weight, candidates } of track) {
    const similarity = candidates.find(({ subject }) => subject.id === id)?.similarity;
    evidence += weight * (similarity === undefined ? againstIt : logOdds(similarity));
    weights += weight;
    highest = Math.max(highest, similarity ?? 0);
  }
  return { evidence: weights === 0 ? 0 : evidence / weights, similarity: highest };
}

/** Rekognition rounds to 100, whose odds would be infinite. */
function logOdds(similarity: number): number {
  const bounded = Math.min(99.99, Math.max(0.01, similarity));
  return Math.log(bounded / (100 - bounded));
}
