import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createLog } from "../local/log.ts";
import { takeStill } from "../local/media/publisher/still.ts";
import { chooseRecogniser, similarity } from "../local/vision/recognisers/index.ts";
import { FaceWorker } from "../local/vision/worker/index.ts";
import { demoFootage } from "./demo-stream.ts";
import type { Bench, Figure, Measurement } from "./measurement.ts";
import { readCast, type Member } from "./recognition/cast.ts";
import { compare } from "./recognition/compare.ts";
import { videoCost } from "./recognition/cost.ts";
import { writeFootage } from "./recognition/footage.ts";
import { recognise } from "./recognition/recognise.ts";
import { writeScript } from "./recognition/script.ts";
import { mean } from "./statistics.ts";

const seconds = 120;
const sizes = [
  { name: "720p", width: 1280, height: 720, pixels: [50, 250], targetCpu: 6 },
  { name: "1080p", width: 1920, height: 1080, pixels: [50, 400], targetCpu: 10 },
] as const;
const mostPeople = 60;
const mostPhotos = 8;

/** Whether the right moments are found, and only these, and what that costs. */
export const recognition: Measurement = {
  name: "recognition",
  about: "moments found, missed and wrong in composed footage, exactness at cuts, CPU per video minute (--photos)",
  async measure(bench) {
    const recogniser = chooseRecogniser();
    const worker = new FaceWorker({ log: createLog(), recogniser });
    try {
      const cast = await readCast(bench.photos ?? (await demoPhotos(bench)), worker, {
        people: mostPeople,
        photos: mostPhotos,
      });
      if (cast.length < 2)
        throw new Error("--photos must be a folder with a folder of at least three photos for each of two people.");
      bench.say(`${cast.length} people`);
      return [...(await pairs(cast, worker)), ...(await footage(cast, bench))];
    } finally {
      await worker.stop();
    }
  },
};

/** How often photos of the same and of different people reach a similarity of 80. */
async function pairs(cast: readonly Member[], worker: FaceWorker): Promise<Figure[]> {
  const faces: { name: string; embedding: Float32Array }[] = [];
  for (const { name, reference, shown } of cast)
    for (const { file } of [...reference, ...shown]) {
      const [face] = (await worker.still(await readFile(file))).faces;
      if (face !== undefined) faces.push({ name, embedding: face.embedding });
    }
  const rate = { same: { of: 0, alike: 0 }, different: { of: 0, alike: 0 } };
  for (const [index, a] of faces.entries())
    for (const b of faces.slice(index + 1)) {
      const kind = a.name === b.name ? rate.same : rate.different;
      kind.of += 1;
      if (similarity(a.embedding, b.embedding, worker.recogniser.curve) >= 80) kind.alike += 1;
    }
  const percent = ({ of, alike }: { of: number; alike: number }): number => (100 * alike) / of;
  return [
    {
      name: "same person below 80",
      value: 100 - percent(rate.same),
      unit: "%",
      atMost: 10,
      note: `${rate.same.of} pairs`,
    },
    {
      name: "others at 80",
      value: percent(rate.different),
      unit: "%",
      atMost: 0.1,
      note: `${rate.different.of} pairs`,
    },
  ];
}

/** Half of the cast is registered; the others are strangers. */
async function footage(cast: readonly Member[], bench: Bench): Promise<Figure[]> {
  const registered = cast.slice(0, Math.ceil(cast.length / 2));
  const figures: Figure[] = [];
  for (const [index, { name, width, height, pixels, targetCpu }] of sizes.entries()) {
    const difficulty = { pixels, blur: 1.5, light: [0.6, 1.3] } as const;
    const truth = writeScript(cast, { width, height }, seconds, difficulty, index + 1);
    const file = join(bench.folder, `recognition-${name}.mp4`);
    bench.say(`composing ${seconds} s of ${name}`);
    await writeFootage(truth.script, file);
    bench.say(`recognising ${name}`);
    const durationMs = 1000 * truth.script.shots.reduce((sum, shot) => sum + shot.seconds, 0);
    const found = await recognise(file, durationMs, registered);
    const result = compare(
      truth,
      found,
      registered.map((member) => member.name),
    );
    const cpuSeconds = await videoCost(file);
    figures.push(
      {
        name: `${name}: moments missed`,
        value: (100 * result.missed) / result.real,
        unit: "%",
        atMost: 10,
        note: `of ${result.real}`,
      },
      ...Object.entries(result.hard).map(([hardship, { real, missed }]): Figure => ({
        name: `${name}: missed if ${hardship}`,
        value: real === 0 ? 0 : (100 * missed) / real,
        unit: "%",
        note: `of ${real}`,
      })),
      { name: `${name}: moments of someone else`, value: result.wrong, unit: "moments", atMost: 0 },
      { name: `${name}: in and out at cuts, mean error`, value: mean(result.atCuts), unit: "ms", atMost: 100 },
      { name: `${name}: in and out at cuts, worst error`, value: Math.max(...result.atCuts), unit: "ms" },
      { name: `${name}: coming and going, mean error`, value: mean(result.withinShots), unit: "ms" },
      { name: `${name}: cuts missed`, value: result.missedCuts, unit: "cuts", note: `of ${truth.cutsMs.length}` },
      {
        name: `${name}: CPU per video minute`,
        value: (cpuSeconds * 60_000) / durationMs,
        unit: "s",
        atMost: targetCpu,
        note: `${truth.script.shots.length} shots and ${truth.presences.length} faces in ${seconds} s`,
      },
    );
  }
  return figures;
}

/** Without a folder of photos: pictures of the demo's two people. */
async function demoPhotos(bench: Bench): Promise<string> {
  const folder = join(bench.folder, "photos");
  const { franck, guest } = await demoFootage();
  for (const [name, file] of [
    ["franck", franck],
    ["guest", guest],
  ] as const) {
    await mkdir(join(folder, name), { recursive: true });
    for (let photo = 0; photo < mostPhotos; photo++)
      await writeFile(join(folder, name, `${photo}.jpg`), await takeStill(file, 3 + 5 * photo));
  }
  return folder;
}
