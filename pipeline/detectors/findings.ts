import type { Findings } from "../../domain/appearances.ts";
import type { Person } from "../../domain/model.ts";
import type { Detector } from "./detector.ts";

/** What these jobs, of one recording and all successful, found together. Jobs of unknown detectors are left out. */
export async function readFindings(
  detectors: readonly Detector[],
  jobs: readonly { detector: string; job: string | undefined }[],
  watchList: readonly Person[],
): Promise<Findings> {
  const results = await Promise.all(
    jobs.flatMap(({ detector: name, job }) => {
      const detector = detectors.find((candidate) => candidate.name === name);
      return detector === undefined || job === undefined ? [] : [detector.results(job, watchList)];
    }),
  );
  return {
    observations: results.flatMap(({ observations }) => observations),
    cutsMs: results.find(({ cutsMs }) => cutsMs !== undefined)?.cutsMs,
  };
}
