import { celebrities } from "./celebrities.ts";
import type { Detector, DetectorDeps } from "./detector.ts";
import { faceSearch } from "./face-search.ts";
import { shots } from "./shots.ts";

/** All detectors. What each needs from IAM is in `grants.ts`. */
const all: readonly ((deps: DetectorDeps) => Detector)[] = [faceSearch, celebrities, shots];

/** Makes the detectors. */
export function createDetectors(deps: DetectorDeps): Detector[] {
  return all.map((create) => create(deps));
}
