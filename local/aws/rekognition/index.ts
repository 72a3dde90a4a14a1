import { join } from "node:path";
import { chooseRecogniser } from "../../vision/recognisers/index.ts";
import { FaceWorker, FaceWorkerError } from "../../vision/worker/index.ts";
import type { Cloud, ServiceModule } from "../cloud.ts";
import { jsonApi } from "../protocols/json.ts";
import { Celebrities } from "./celebrities.ts";
import { celebrityOperations, celebrityRecognition } from "./celebrity-recognition.ts";
import { collectionOperations, collectionProvider } from "./collections.ts";
import { faceSearch, faceSearchOperations } from "./face-search.ts";
import { faceOperations } from "./faces.ts";
import { JobStore } from "./job-store.ts";
import { VideoJobs } from "./jobs.ts";
import { segmentDetection, segmentOperations } from "./segment-detection.ts";
import { CollectionStore } from "./store.ts";

export interface RekognitionOptions {
  /** Folder of photos named after the people they show; without it, no celebrities are recognised. */
  celebrities?: string;
  /** Name or file of the recogniser; see `chooseRecogniser`. */
  faceModel?: string;
  /**
   * How many jobs on stored videos may be at work at once.
   * @default 20: https://docs.aws.amazon.com/general/latest/gr/rekognition.html
   */
  maxConcurrentJobs?: number;
  /** Milliseconds since 1970. @default Date.now */
  now?: () => number;
}

/** Rekognition: faces in images and videos, collections, and celebrities from a folder of photos. */
export function createRekognition(cloud: Cloud, options: RekognitionOptions = {}): ServiceModule {
  const now = options.now ?? Date.now;
  const log = cloud.log.child("rekognition");
  const folder = join(cloud.dataFolder, "rekognition");
  const recogniser = chooseRecogniser(options.faceModel);
  const worker = new FaceWorker({ log, recogniser });
  const celebrities = new Celebrities(options.celebrities, worker, log);
  const collections = new CollectionStore(folder);
  const jobStore = new JobStore(folder);
  const recognitions = {
    StartFaceSearch: faceSearch(collections, recogniser),
    StartCelebrityRecognition: celebrityRecognition(celebrities),
    StartSegmentDetection: segmentDetection(),
  };
  const { maxConcurrentJobs = 20 } = options;
  const jobs = new VideoJobs({ cloud, log, store: jobStore, worker, recognitions, now, maxConcurrentJobs });
  let loading: Promise<void> | undefined;

  return {
    api: jsonApi({
      signingName: "rekognition",
      version: "1.1",
      operations: {
        ...collectionOperations(cloud, collections, jobStore, recogniser, now),
        ...faceOperations(cloud, collections, worker, recogniser),
        ...faceSearchOperations(cloud, collections, jobs),
        ...celebrityOperations(cloud, celebrities, worker, jobs),
        ...segmentOperations(cloud, jobs),
      },
    }),
    resources: [collectionProvider(cloud, collections, recogniser, now)],
    async start() {
      // Photos load during startup, so that an unusable one is reported before the first video needs it.
      if (celebrities.any) {
        loading = celebrities.load().catch((cause: unknown) => {
          if (!(cause instanceof FaceWorkerError && cause.code === "STOPPED"))
            log.error("Could not read the celebrity photos", cause);
        });
      }
      const outdated = collections.outdated(recogniser.version);
      if (outdated.length > 0)
        log.warn(
          `${outdated.join(", ")}: registered with another face model than ${recogniser.name}, so not recognised. ` +
            "Add their photos again, or start with the earlier --face-model.",
        );
      jobs.resume();
    },
    async stop() {
      await worker.stop();
      await jobs.stop();
      await loading;
      collections.close();
      jobStore.close();
    },
  };
}
