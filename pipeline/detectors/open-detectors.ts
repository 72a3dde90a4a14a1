import { RekognitionClient } from "@aws-sdk/client-rekognition";
import type { Catalogue } from "../../catalogue/index.ts";
import { numberSetting, setting } from "../runtime/settings.ts";
import type { Detector } from "./detector.ts";
import { createDetectors } from "./index.ts";

/** The detectors as a function's environment configures them. Throws `SettingError`. */
export function openDetectors({ people }: Catalogue): Detector[] {
  return createDetectors({
    rekognition: new RekognitionClient(),
    people,
    collectionId: setting("COLLECTION_ID"),
    celebrities: setting("CELEBRITIES") === "true",
    shots: setting("SHOTS") === "true",
    similarityThreshold: numberSetting("SIMILARITY_THRESHOLD", { min: 0, max: 100 }),
  });
}
