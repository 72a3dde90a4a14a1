import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectFolder } from "../local/assets/index.ts";
import { lockHolder } from "./running-spotlight.ts";
import type { Bench, Figure, Measurement } from "./measurement.ts";
import { median } from "./statistics.ts";

const rounds = 3;

/** Measures the time from `npm start` to its panel. */
export const start: Measurement = {
  name: "start",
  about: "seconds from npm start to its panel, on an empty data folder and again on the same one",
  async measure(bench) {
    const cold: number[] = [];
    const warm: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      const data = join(bench.folder, `start-${round}`);
      cold.push(await secondsToPanel(data));
      warm.push(await secondsToPanel(data));
      bench.say(`round ${round} of ${rounds}: cold ${cold.at(-1)!.toFixed(2)} s, warm ${warm.at(-1)!.toFixed(2)} s`);
    }
    return [figure("cold: empty data folder", cold, 15), figure("warm: second start on the folder", warm, 8)];
  },
};

function figure(name: string, seconds: readonly number[], atMost: number): Figure {
  return {
    name,
    value: median(seconds),
    unit: "s",
    atMost,
    note: `median of ${seconds.map((value) => value.toFixed(2)).join(", ")}`,
  };
}

async function secondsToPanel(data: Bench["folder"]): Promise<number> {
  const begun = performance.now();
  const child = spawn("npm", ["start", "--", "--port", "0", "--rtmp-port", "0", "--data", data], {
    cwd: projectFolder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  let written = "";
  const shown = new Promise<number>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (bytes: Buffer) => {
        written += bytes.toString("utf8");
        if (written.includes("Spotlight is ready")) resolve((performance.now() - begun) / 1000);
      });
    }
  });
  const seconds = await Promise.race([
    shown,
    exited.then((code) => Promise.reject(new Error(`npm start ended with exit code ${code ?? "none"}:\n${written}`))),
  ]);
  process.kill(await lockHolder(data), "SIGTERM");
  await exited;
  return seconds;
}
