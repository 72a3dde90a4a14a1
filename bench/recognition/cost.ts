/** What recognition costs, alone in its own process, as FFmpeg's native objects don't survive the end of a run. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { AV_LOG_FATAL } from "node-av/constants";
import { Log } from "node-av/lib";
import { FaceAnalyser } from "../../local/vision/faces.ts";
import { ensureModels } from "../../local/vision/models/index.ts";
import { chooseRecogniser } from "../../local/vision/recognisers/index.ts";
import { findFacesInVideo } from "../../local/vision/video/find-faces.ts";

/** CPU seconds that finding faces and cuts in a video takes, without loading the networks. */
export async function videoCost(file: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, file]);
  return Number(stdout);
}

if (import.meta.main) {
  Log.setLevel(AV_LOG_FATAL);
  const analyser = await FaceAnalyser.load(await ensureModels(), chooseRecogniser());
  const before = process.cpuUsage();
  await findFacesInVideo(analyser, process.argv[2] ?? "", { framesPerSecond: 2 });
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(String((user + system) / 1e6), () => process.exit());
}
