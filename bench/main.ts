/**
 * `npm run bench`: measures Spotlight against its targets with the demo's footage, without network or account, and
 * prints one table. Exit codes: 0 all measurements finished (on target or not), 1 some failed, 2 invalid command line.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { endChildren } from "./children.ts";
import { api } from "./api.ts";
import { clips } from "./clips.ts";
import { cpuLive } from "./cpu-live.ts";
import { cpuPipeline } from "./cpu-pipeline.ts";
import { endurance } from "./endurance/index.ts";
import { functions } from "./functions.ts";
import { install } from "./install.ts";
import { live } from "./live.ts";
import { busyShare, machineFacts, tooBusy } from "./machine.ts";
import type { Measurement } from "./measurement.ts";
import { memory } from "./memory.ts";
import { recognition } from "./recognition.ts";
import { reel } from "./reel.ts";
import { reportTable, type Result } from "./report.ts";
import { start } from "./start.ts";

const measurements: readonly Measurement[] = [
  start,
  live,
  clips,
  memory,
  cpuLive,
  cpuPipeline,
  recognition,
  functions,
  api,
  reel,
  install,
  endurance,
];

const list = measurements
  .map(({ name, about, onlyByName }) => `  ${name.padEnd(15)}${about}${onlyByName === true ? "; only by name" : ""}`)
  .join("\n");

const usage = `Usage: npm run bench -- [options] [measurement …]

Without names, runs all measurements but those marked. Nothing else should run on the machine.

${list}

  --minutes N    how long to stream for clips and memory (5)
  --plot FILE    where to draw memory over time, as SVG
  --kills N      how often endurance kills the main process (12)
  --seed N       repeats the random choices of an earlier endurance (another each time)
  --photos FOLDER  people for recognition: a folder of photos for each (the demo's two)
  --help         this text`;

interface Options {
  chosen: readonly Measurement[];
  minutes: number;
  photos: string | undefined;
  plot: string | undefined;
  seed: number;
  kills: number;
}

/** Returns undefined if help was requested, or a string that says what is wrong with the command line. */
function readOptions(argv: readonly string[]): Options | string | undefined {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        minutes: { type: "string", default: "5" },
        photos: { type: "string" },
        plot: { type: "string" },
        kills: { type: "string", default: "12" },
        seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 32)) },
        help: { type: "boolean", default: false },
      },
    });
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
  const { values, positionals } = parsed;
  if (values.help) return undefined;
  const unknown = positionals.find((name) => !measurements.some((measurement) => measurement.name === name));
  if (unknown !== undefined) return `Unknown measurement "${unknown}".`;
  const minutes = Number(values.minutes);
  if (!(minutes >= 0.5 && minutes <= 60)) return `--minutes must be a number from 0.5 to 60; got "${values.minutes}".`;
  const [kills, seed] = [Number(values.kills), Number(values.seed)];
  if (!(Number.isInteger(kills) && kills >= 1 && kills <= 100))
    return `--kills must be a whole number from 1 to 100; got "${values.kills}".`;
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32))
    return `--seed must be a whole number from 0 to ${2 ** 32 - 1}; got "${values.seed}".`;
  return {
    minutes,
    kills,
    seed,
    photos: values.photos,
    plot: values.plot,
    chosen: measurements.filter(({ name, onlyByName }) =>
      positionals.length === 0 ? onlyByName !== true : positionals.includes(name),
    ),
  };
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  if (typeof options === "string") {
    console.error(`${options}\n\n${usage}`);
    return 2;
  }
  if (process.platform !== "linux") {
    console.error("The benchmarks read the CPU time and memory of processes from /proc: run them on Linux.");
    return 2;
  }
  const facts = machineFacts();
  console.log(facts);
  const folder = await mkdtemp(join(tmpdir(), "spotlight-bench-"));
  stopOnSignal(folder);
  const results: Result[] = [];
  try {
    for (const measurement of options.chosen) {
      const busyBefore = await busyShare();
      console.log(`\n${measurement.name}: ${measurement.about}`);
      if (busyBefore > tooBusy)
        console.log(
          `  Other processes use ${Math.round(busyBefore * 100)} % of this machine: the results will look worse ` +
            "than they are.",
        );
      results.push({ name: measurement.name, busyBefore, ...(await tryMeasure(measurement, folder, options)) });
      await endChildren();
    }
  } finally {
    await endChildren();
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`\n${facts}\n\n${reportTable(results)}`);
  return results.some(({ failure }) => failure !== undefined) ? 1 : 0;
}

async function tryMeasure(
  measurement: Measurement,
  folder: string,
  { minutes, photos, plot, seed, kills }: Omit<Options, "chosen">,
): Promise<Pick<Result, "figures" | "failure">> {
  try {
    const say = (text: string): void => console.log(`  ${text}`);
    return { figures: await measurement.measure({ folder, minutes, photos, plot, seed, kills, say }) };
  } catch (cause) {
    console.error(cause);
    return { figures: [], failure: cause instanceof Error ? cause.message.split("\n")[0] : String(cause) };
  }
}

/** On Ctrl-C and SIGTERM, ends everything that was started, then exits. */
function stopOnSignal(folder: string): void {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      console.error("\nStopping");
      void endChildren()
        .then(() => rm(folder, { recursive: true, force: true }))
        .finally(() => process.exit(code));
    });
  }
}

process.exit(await main());
