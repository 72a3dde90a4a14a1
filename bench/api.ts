import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { clipItem } from "../catalogue/moment-items.ts";
import { createCatalogue } from "../catalogue/index.ts";
import { clipId, recordingId } from "../domain/ids.ts";
import { projectFolder } from "../local/assets/index.ts";
import { awsOf, withSpotlight, type MeasuredSpotlight } from "./running-spotlight.ts";
import type { Figure, Measurement } from "./measurement.ts";
import { median } from "./statistics.ts";

const people = ["Ada", "Grace", "Katherine", "Mary", "Radia", "Barbara", "Frances", "Jean", "Kathleen", "Betty"];
const sizes = { few: 1_000, many: 100_000 };
/** Reads that the page and scripts make; each must take as long whatever the catalogue holds. */
const reads = {
  "GET /clips": "/clips",
  "GET /clips of a person": "/clips?person=ada",
  "GET /clips that nothing matches": "/clips?minSimilarity=100",
  "GET /people": "/people",
  "GET /recordings": "/recordings",
};
const rounds = 60;
/** Callers at once, and for how long, where calls a second are counted. */
const callers = 16;
const countForMs = 5_000;

/** Measures the API through the whole local path: distribution, gateway, function and database. */
export const api: Measurement = {
  name: "api",
  about: "milliseconds of reads with 1,000 and 100,000 clips, and calls a second against a bare Fastify route",
  measure: (bench) =>
    withSpotlight(join(bench.folder, "api"), async (spotlight) => {
      const times = { few: await timesWith("few"), many: await timesWith("many") };
      const [calls, bare] = [await callsPerSecond(`${spotlight.outputs.apiUrl}/clips`), await bareCallsPerSecond()];
      return [
        ...Object.keys(reads).map((name): Figure => {
          const [few, many] = [times.few.get(name)!, times.many.get(name)!];
          return {
            name: `${name}, ${sizes.many} clips to ${sizes.few}`,
            value: many / few,
            unit: "×",
            atMost: 1.2,
            note: `${few.toFixed(1)} and ${many.toFixed(1)} ms, medians of ${rounds}`,
          };
        }),
        {
          name: "a bare Fastify route's calls a second to GET /clips'",
          value: bare / calls,
          unit: "×",
          note: `${Math.round(bare)} and ${Math.round(calls)} calls a second by ${callers} callers`,
        },
      ];

      async function timesWith(size: keyof typeof sizes): Promise<Map<string, number>> {
        await fill(spotlight, sizes[size], (text) => bench.say(text));
        const found = new Map<string, number>();
        for (const [name, path] of Object.entries(reads))
          found.set(name, await medianMs(spotlight.outputs.apiUrl + path));
        return found;
      }
    }),
};

/** Stores clips of ten people in broadcasts of 1,000, until there are so many. */
async function fill({ environment }: MeasuredSpotlight, count: number, say: (text: string) => void): Promise<void> {
  const { table, options } = await awsOf(environment);
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(options), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const catalogue = createCatalogue({ client, table });
  const known = new Set((await catalogue.people.list()).map(({ name }) => name));
  for (const name of people) if (!known.has(name)) await catalogue.people.create({ name });
  for (let from = 0; from < count; from += 25) {
    const items = Array.from({ length: 25 }, (_, index) => item(from + index));
    await client.send(
      new BatchWriteCommand({ RequestItems: { [table]: items.map((Item) => ({ PutRequest: { Item } })) } }),
    );
  }
  await catalogue.channels.sawBroadcast("main", broadcastOf(count - 1));
  say(`${count} clips stored`);
  client.destroy();
}

function broadcastOf(index: number): string {
  const day = new Date(Date.UTC(2026, 0, 1 + Math.floor(index / 1000), 18)).toISOString();
  return `${day.slice(0, 10).replaceAll("-", "")}T180000`;
}

function item(index: number): Record<string, unknown> {
  const broadcast = broadcastOf(index);
  const name = { channel: "main", broadcast, number: index % 1000 };
  const startedAt =
    Date.parse(broadcast.replace(/^(....)(..)(..)T.*$/, "$1-$2-$3T18:00:00.000Z")) + name.number * 10_000;
  const recording = recordingId(name);
  const subject = people[index % people.length]!.toLowerCase();
  const appearance = {
    recording,
    startMs: 2000,
    endMs: 7000,
    similarity: 80 + (index % 200) / 10,
    box: { left: 0.4, top: 0.2, width: 0.1, height: 0.2 },
    bestMs: 4000,
  };
  return clipItem(
    {
      id: clipId({ ...name, subject, startMs: 2000 }),
      channel: "main",
      broadcast,
      start: new Date(startedAt + 1500).toISOString(),
      end: new Date(startedAt + 7500).toISOString(),
      durationMs: 6000,
      similarity: appearance.similarity,
      poster: `/vod/main/${broadcast}/poster.jpg`,
      pieces: [{ recording, startMs: 1500, endMs: 7500 }],
      appearances: [appearance],
      seen: { startMs: startedAt + 2000, endMs: startedAt + 7000 },
    },
    { id: subject, name: undefined },
    "unreviewed",
  );
}

/** Each call is new to the distribution, which would answer a second one from its cache. */
function uncached(url: string, call: number): [string, RequestInit] {
  return [url, { headers: { authorization: `Bearer nobody-${call}` } }];
}

async function medianMs(url: string): Promise<number> {
  const times: number[] = [];
  for (let round = -10; round < rounds; round++) {
    const begun = performance.now();
    const response = await fetch(...uncached(url, round));
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
    if (round >= 0) times.push(performance.now() - begun);
  }
  return median(times);
}

async function callsPerSecond(url: string): Promise<number> {
  const until = performance.now() + countForMs;
  let calls = 0;
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      while (performance.now() < until) {
        await (await fetch(...uncached(url, caller))).arrayBuffer();
        calls += 1;
      }
    }),
  );
  return (calls * 1000) / countForMs;
}

async function bareCallsPerSecond(): Promise<number> {
  const child = spawn(process.execPath, [join(projectFolder, "bench", "floor", "api.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return await callsPerSecond(line.toString("utf8").trim());
  } finally {
    child.kill();
  }
}
