import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { assetFile } from "../../../local/assets/index.ts";
import type { RecordedLine } from "../../../local/aws/recorder.ts";
import { publish } from "../../../local/media/publisher/publish.ts";
import { takeStill } from "../../../local/media/publisher/still.ts";
import { makeRecording } from "../../support/media.ts";
import { startSpotlight, until, type Spotlight } from "../../support/spotlight.ts";
import { readRecording } from "./recording.ts";

/**
 * Runs Spotlight and does once what it is for, to record every kind of call that its functions make: a person with a
 * photo, a recording that is converted, searched and indexed, one that fails and is tried again, a channel that is
 * stopped and started, a clip that is exported, a search of the archive, the demo, a recording that is deleted, a
 * person that is forgotten, a webhook whose receiver is down, a client of the stream. With `live`, a stream of some
 * seconds too, in which an event is marked and a face is asked for.
 */
export async function recordTour(options: { live: boolean }): Promise<RecordedLine[]> {
  const folder = await mkdtemp(join(tmpdir(), "spotlight-tour-"));
  const file = join(folder, "calls.jsonl");
  const spotlight = await startSpotlight(join(folder, "data"), ["--config", "rolloverSeconds=10", "--record", file]);
  try {
    await tour(spotlight, folder, options);
  } finally {
    await spotlight.stop();
  }
  const lines = await readRecording(file);
  await rm(folder, { recursive: true, force: true });
  return lines;
}

async function tour(spotlight: Spotlight, folder: string, { live }: { live: boolean }): Promise<void> {
  const { outputs } = spotlight;
  const call = async (
    method: string,
    path: string,
    body?: { json: unknown } | { jpeg: Buffer },
  ): Promise<Record<string, unknown>> => {
    const response = await fetch(`${outputs.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${outputs.adminToken}`,
        ...(body === undefined ? {} : { "content-type": "json" in body ? "application/json" : "image/jpeg" }),
      },
      ...(body === undefined ? {} : { body: "json" in body ? JSON.stringify(body.json) : new Uint8Array(body.jpeg) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  const items = async (path: string): Promise<Record<string, unknown>[]> =>
    (await call("GET", path))["items"] as Record<string, unknown>[];
  const within = (ms: number, what: string): { within: number; what: () => string } => ({
    within: ms,
    what: () => `${what}; log:\n${spotlight.log()}`,
  });

  const search = async (person: string): Promise<void> => {
    await call("POST", `/people/${person}/search`);
    const isDone = async (): Promise<boolean> => (await call("GET", `/people/${person}/search`))["state"] === "done";
    await until(isDone, within(30_000, `the archive is searched for ${person}`));
  };

  // Nobody listens there, so that deliveries are put off too.
  const webhook = await call("POST", "/webhooks", {
    json: { url: "http://127.0.0.1:9/", types: ["person.changed"] },
  });
  const first = await listen(outputs.pageUrl, {});
  await until(() => first.messages.length > 0, within(10_000, "the stream answers"));
  const footage = await assetFile("footage", "examples/media/franck.mp4");
  await call("POST", "/people", { json: { name: "Franck" } });
  await call("POST", "/people/franck/photos", { jpeg: await takeStill(footage, 20) });
  await call("POST", "/people", { json: { name: "Somebody Known", celebrity: true } });

  const recordingFile = join(folder, "recording.ts");
  await makeRecording(recordingFile, { seconds: 6 });
  const archive = await openArchive(spotlight);
  await archive.put("main/20200101T000000/recording.000000.ts", recordingFile);
  await archive.put("main/20200102T000000/recording.000000.ts", import.meta.filename);
  const state = async (broadcast: string, wanted: string): Promise<string | undefined> => {
    const found = (await items(`/recordings?broadcast=${broadcast}`)).find(
      (recording) => recording["state"] === wanted,
    );
    return found === undefined ? undefined : String(found["id"]);
  };
  const failed = await until(() => state("20200102T000000", "failed"), within(30_000, "a file that is no video fails"));
  await call("POST", `/recordings/${failed}/retry`);
  await until(() => state("20200101T000000", "indexed"), within(60_000, "the recording is indexed"));
  await until(() => state("20200102T000000", "failed"), within(30_000, "the retry fails too"));

  if (live) {
    const publisher = publish({
      url: `${outputs.ingestServer}/${outputs.streamKey}`,
      scenes: [{ file: footage, fromSeconds: 30, seconds: 12 }],
      preset: "ultrafast",
    });
    await publisher.started;
    await until(async () => (await fetch(outputs.playbackUrl)).ok, within(20_000, "the live playlist is there"));
    await call("POST", "/channels/main/marks", { json: { label: "Goal" } });
    await publisher.done;
    const indexed = async (): Promise<string | undefined> =>
      (await items("/recordings?limit=100&state=indexed"))
        .map(({ id }) => String(id))
        .find((id) => !id.includes(".2020010"));
    const recorded = await until(indexed, within(60_000, "the live recording is indexed"));
    await call("GET", `/recordings/${recorded}/faces?atMs=4000`);
    await search("franck");
  }
  await items("/channels");
  for (const { id } of await items("/clips"))
    await (await fetch(`${outputs.apiUrl}/clips/${String(id)}/playlist.m3u8`)).text();
  // The page of someone, as a crawler asks for it.
  await (await fetch(`${outputs.pageUrl}/?person=franck`)).text();
  const [clip] = await items("/clips");
  if (clip !== undefined) {
    const { id } = await call("POST", `/clips/${String(clip["id"])}/exports`);
    const exported = async (): Promise<boolean> =>
      (await call("GET", `/exports/${String(id)}`))["state"] === "complete";
    await until(exported, within(30_000, "the clip is exported"));
  }
  await search("somebody-known");
  await call("POST", "/demo");
  await call("DELETE", "/demo");
  const channel = async (wanted: string): Promise<boolean> => (await call("GET", "/channels/main"))["state"] === wanted;
  await call("POST", "/channels/main/stop");
  await until(() => channel("idle"), within(20_000, "the channel stops"));
  await call("POST", "/channels/main/start");
  await until(() => channel("running"), within(20_000, "the channel starts"));
  await call("DELETE", "/recordings/main.20200101T000000.000000");
  await call("DELETE", "/people/franck");
  await until(() => first.messages.some(({ type }) => type === "person.changed"), within(10_000, "a change is told"));
  const { id: after } = first.messages.at(-1) ?? {};
  first.close();
  const second = await listen(outputs.pageUrl, { after });
  await call("POST", "/people", { json: { name: "Franck" } });
  await until(() => second.messages.length > 0, within(10_000, "a change is told to whoever comes back"));
  second.close();
  await call("POST", `/webhooks/${String(webhook["id"])}/test`);
  const tried = async (): Promise<boolean> => (await items("/webhooks"))[0]?.["lastDelivery"] !== null;
  await until(tried, within(10_000, "the webhook is tried"));
  await call("DELETE", `/webhooks/${String(webhook["id"])}`);
}

/** A client of the stream of changes, which begins with this message. */
async function listen(
  pageUrl: string,
  message: { after?: string | undefined },
): Promise<{ messages: { type: string; id?: string }[]; close(): void }> {
  const socket = new WebSocket(`${pageUrl.replace(/^http/, "ws")}/stream`);
  const messages: { type: string; id?: string }[] = [];
  socket.addEventListener("message", ({ data }) => messages.push(JSON.parse(String(data)) as { type: string }));
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error("The stream is closed")));
  });
  socket.send(JSON.stringify(message));
  return { messages, close: () => socket.close() };
}

async function openArchive({ environment }: Spotlight): Promise<{ put(key: string, file: string): Promise<void> }> {
  const s3 = new S3Client({
    endpoint: environment["AWS_ENDPOINT_URL"] ?? "",
    region: environment["AWS_REGION"] ?? "",
    forcePathStyle: true,
    credentials: {
      accessKeyId: environment["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const bucket = Buckets.find(({ Name }) => Name?.startsWith("archive"))?.Name ?? "";
  return {
    async put(key, file) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: createReadStream(file) }));
    },
  };
}
