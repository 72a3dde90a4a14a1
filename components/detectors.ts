import type * as pulumi from "@pulumi/pulumi";
import { detectorGrants } from "../pipeline/detectors/grants.ts";
import type { PolicyStatement } from "./policy.ts";
import type { Recognition } from "./recognition.ts";

export interface DetectorsArgs {
  recognition: Recognition;
  /** Whether celebrities are looked for. */
  celebrities: boolean;
  /** Whether cuts between shots are looked for. */
  shots: boolean;
  /** 0–100. */
  similarityThreshold: number;
}

/** What functions that work with detectors need: the environment, and the grants to start jobs or to read them. */
export class Detectors {
  readonly environment: Record<string, pulumi.Input<string>>;
  readonly start: readonly PolicyStatement[];
  readonly read: PolicyStatement;

  constructor({ recognition, celebrities, shots, similarityThreshold }: DetectorsArgs) {
    this.environment = {
      COLLECTION_ID: recognition.collectionId,
      CELEBRITIES: String(celebrities),
      SHOTS: String(shots),
      SIMILARITY_THRESHOLD: String(similarityThreshold),
    };
    const configured = { celebrities, shots };
    this.start = detectorGrants
      .filter(({ needs }) => needs === undefined || configured[needs])
      .map(({ start: { sid, action, resource } }) => ({
        Sid: sid,
        Action: action,
        Resource: resource === "collection" ? recognition.collectionArn : resource,
      }));
    // A job of Rekognition Video is not an IAM resource.
    this.read = { Sid: "ReadResults", Action: detectorGrants.map(({ read }) => read), Resource: "*" };
  }
}
