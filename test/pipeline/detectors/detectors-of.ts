import { RekognitionClient } from "@aws-sdk/client-rekognition";
import type { Catalogue } from "../../../catalogue/index.ts";
import type { Detector } from "../../../pipeline/detectors/detector.ts";
import { createDetectors } from "../../../pipeline/detectors/index.ts";
import type { AwsServer } from "../../handlers/aws-server.ts";

/** The program's detectors against the tests' AWS. */
export function detectorsOf(
  { options }: AwsServer,
  { people }: Catalogue,
  celebrities = true,
  shots = false,
): Detector[] {
  return createDetectors({
    rekognition: new RekognitionClient(options),
    people,
    collectionId: "watch-list",
    celebrities,
    shots,
    similarityThreshold: 80,
  });
}
