import { flushCompileCache } from "node:module";
import { Log as FFmpegLog } from "node-av/lib";
import { AV_LOG_FATAL } from "node-av/constants";
import sharp from "sharp";
import { FaceAnalyser } from "../faces.ts";
import { ensureModels } from "../models/index.ts";
import type { Recogniser } from "../recognisers/index.ts";
import { reportFace, type StillReport } from "../report.ts";
import { decodeStill, findFaces } from "../still.ts";
import { findFacesInVideo } from "../video/find-faces.ts";
import type { Answer, Request } from "./messages.ts";

// The vision worker's process: finds faces on request until its parent disconnects. Loads the models once.

FFmpegLog.setLevel(AV_LOG_FATAL);
// A killed process would not write the cache of compiled code.
flushCompileCache();
sharp.concurrency(1);
sharp.cache(false);
/** The parent passes the recogniser as JSON. */
const recogniser = JSON.parse(process.argv[2] ?? "null") as Recogniser;
const analyser = ensureModels().then((files) => FaceAnalyser.load(files, recogniser));
/** A decoded photo can take 50 MB: one at a time. */
let lastStill: Promise<unknown> = Promise.resolve();

process.on("message", (request: Request) => void answer(request));
// FFmpeg's threads may crash during a normal exit.
process.on("disconnect", () => process.exit(0));

async function answer({ id, task }: Request): Promise<void> {
  try {
    if (task.kind === "video") {
      send({
        id,
        video: await findFacesInVideo(await analyser, task.file, task),
      });
      return;
    }
    const still = lastStill.then(() => lookAtStill(task.bytes));
    lastStill = still.catch(() => undefined);
    send({ id, still: await still });
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    send({
      id,
      error: {
        name: error.name,
        code: "code" in error && typeof error.code === "string" ? error.code : "",
        message: error.message,
      },
    });
  }
}

async function lookAtStill(bytes: Uint8Array): Promise<StillReport> {
  const image = await decodeStill(bytes);
  const faces = await findFaces(await analyser, image);
  return {
    width: image.width,
    height: image.height,
    faces: faces.map((face) => reportFace(face, image.width, image.height)),
  };
}

function send(message: Answer): void {
  process.send?.(message);
}
