/**
 * The floor of the pipeline from archive file to clip: the same conversion with direct FFmpeg calls, and the same
 * networks on the same inputs, without services, queues, functions, buckets or child processes.
 */
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { FaceAnalyser } from "../../local/vision/faces.ts";
import { ensureModels } from "../../local/vision/models/index.ts";
import { chooseRecogniser } from "../../local/vision/recognisers/index.ts";
import { convertBare } from "./convert.ts";
import { decodeSamples, recordRecognition, runNetworks } from "./recognise.ts";
import { runFloor } from "./run-floor.ts";

runFloor<"pipeline">(async ({ files, top, lower, folder }) => {
  const models = await ensureModels();
  const analyser = await FaceAnalyser.load(models, chooseRecogniser());
  const cpuSeconds = { convert: 0, decodeSamples: 0, networks: 0 };
  let bytes = 0;
  for (const [i, file] of files.entries()) {
    const results = join(folder, String(i));
    mkdirSync(results, { recursive: true });
    const convert = await cpuOf(() => convertBare(file, results, top, lower));
    const recording = join(results, "recording.mp4");
    const recorded = await recordRecognition(analyser, models, recording);
    const samples = await cpuOf(() => decodeSamples(recording, recorded.frames));
    const networks = await cpuOf(() => runNetworks(recorded));
    if (i === 0) continue;
    cpuSeconds.convert += convert;
    cpuSeconds.decodeSamples += samples;
    cpuSeconds.networks += networks;
    bytes += readdirSync(results).reduce((sum, name) => sum + statSync(join(results, name)).size, 0);
  }
  return { cpuSeconds, bytes };
});

async function cpuOf(work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
