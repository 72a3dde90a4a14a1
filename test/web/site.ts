import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import type { Channel, Clip, Event, Export, Frame, Mark, Person, Recording, Reel } from "../../web/src/api/types.ts";
import { act, exported, fieldOf } from "./acts.ts";
import { broadcastOf, broadcastsOf, isIn, peopleIn } from "./broadcasts.ts";
import { TOKEN } from "./fixtures.ts";
import { builtPage } from "./build.ts";
import { framed, searched } from "./frames.ts";
import { pageOf, recordingsOf } from "./lists.ts";
import {
  LIVE_PATH,
  PAST_PATH,
  livePlaylist,
  media,
  momentMaster,
  momentPlaylist,
  pastPlaylist,
  reelPlaylist,
  reelRange,
} from "./media.ts";

/** The policy that the distribution serves the page with. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; manifest-src 'self'; base-uri " +
  "'none'; form-action 'self'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".ts": "video/mp2t",
};

/** The codes of 404s, by collection. */
const notFound: Readonly<Record<string, string>> = {
  people: "person-not-found",
  broadcasts: "broadcast-not-found",
};

/** An error that the API answers a call with. */
export interface Refusal {
  status: number;
  code: string;
  detail: string;
  faces?: object[];
  person?: object;
}

/** What the API knows: tests change it while the page is open. */
export interface World {
  channels: Channel[];
  people: Person[];
  /** Newest first. */
  clips: Clip[];
  recordings: Recording[];
  /** Latest first. */
  marks: Mark[];
  /** Which events there are clips of. */
  events: Event[];
  /** Whether the live playlist is there. */
  playlist: boolean;
  /** `"POST /people"` → how that call is refused. */
  refusals: Map<string, Refusal>;
  /** Whom every new photo resembles. */
  lookAlikes: { id: string; name: string; similarity: number }[];
  /** Whom each person resembles, by id. */
  resembling: Map<string, { id: string; name: string; similarity: number }[]>;
  /** Former ids of people who were merged, with the ids of whom they are now. */
  merged: Map<string, string>;
  /** How far every export is. */
  exporting: Partial<Export>;
  /** How acts are taken back, by their undo ids. */
  undos: Map<string, () => void>;
  /** Whether the API has built-in footage to stream. */
  demo: boolean;
  /** What is found in every picture; undefined while nothing is converted. */
  frame: Frame | undefined;
  /** Whether the archive is searched for who is new. */
  searches: boolean;
}

/** A call that the page made. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  type: string | undefined;
  body: Buffer;
}

/** The built page with an API that answers from a {@link World}, on a free port of 127.0.0.1. */
export interface Site {
  url: string;
  world: World;
  calls: Call[];
  server: Server;
  close: () => Promise<void>;
}

/** Starts a site. What isn't given is empty. */
export async function startSite(given: Partial<World> = {}): Promise<Site> {
  const world: World = {
    channels: [],
    people: [],
    clips: [],
    recordings: [],
    marks: [],
    events: [],
    playlist: true,
    refusals: new Map(),
    lookAlikes: [],
    resembling: new Map(),
    merged: new Map(),
    exporting: {},
    undos: new Map(),
    demo: false,
    frame: undefined,
    searches: true,
    ...given,
  };
  const calls: Call[] = [];
  const dist = await builtPage();
  const segments = await media();
  const poster = await posterImage();

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://site");
    if (pathname.startsWith("/api/")) {
      const body = await buffer(request);
      const { authorization, "content-type": type } = request.headers;
      answerApi(
        { method: request.method ?? "GET", path: pathname.slice(4), query: searchParams, authorization, type, body },
        response,
      );
      return;
    }
    if (pathname === LIVE_PATH) {
      if (!world.playlist) response.writeHead(404).end();
      else
        response
          .writeHead(200, { "content-type": "application/vnd.apple.mpegurl", "cache-control": "no-store" })
          .end(livePlaylist());
      return;
    }
    if (pathname === PAST_PATH) {
      const seconds = world.channels[0]?.playback.startoverSeconds ?? 0;
      const playlist = pastPlaylist(searchParams.get("aws.manifestsettings") ?? "", seconds * 1000);
      if (playlist === undefined) response.writeHead(404).end();
      else response.writeHead(200, { "content-type": "application/vnd.apple.mpegurl" }).end(playlist);
      return;
    }
    if (pathname.startsWith("/vod/") && pathname.endsWith(".jpg")) {
      response.writeHead(200, { "content-type": "image/jpeg" }).end(poster);
      return;
    }
    const file = pathname.startsWith("/media/")
      ? join(segments, pathname.slice(7))
      : join(dist, normalize(pathname === "/" ? "/index.html" : pathname));
    await sendFile(file, response);
  }

  function answerApi(call: Call, response: ServerResponse): void {
    const { method, path, query } = call;
    calls.push(call);
    const refusal = world.refusals.get(`${method} ${path}`);
    const admin = call.authorization === `Bearer ${TOKEN}`;
    if (refusal !== undefined) {
      sendProblem(response, refusal);
      return;
    }
    // Reads are public: to them, a wrong token is none.
    if (call.authorization !== undefined && !admin && method !== "GET") {
      sendProblem(response, { status: 401, code: "unauthorized", detail: "Send the admin token." });
      return;
    }
    const [, collection = "", id = "", action = ""] = path.split("/").map(decodeURIComponent);
    const clip = world.clips.find((one) => collection === "clips" && one.id === id);
    if (method === "GET" && clip?.review === "rejected" && !admin) {
      sendProblem(response, { status: 404, code: "clip-rejected", detail: "This clip shows someone else." });
      return;
    }
    if (method === "GET" && collection === "clips" && action === "master.m3u8") {
      sendPlaylist(response, momentMaster());
      return;
    }
    if (method === "GET" && collection === "clips" && action === "playlist.m3u8") {
      sendPlaylist(response, momentPlaylist());
      return;
    }
    if (method === "GET" && collection === "reel.m3u8") {
      sendPlaylist(response, reelPlaylist());
      return;
    }
    if (method === "GET" && collection === "openapi.json") {
      sendJson(response, 200, { paths: { "/channels": {}, ...(world.demo && { "/demo": {} }) } });
      return;
    }
    if (method === "GET" && !/^(\d{8}T\d{6})?$/.test(query.get("broadcast") ?? "")) {
      sendProblem(response, { status: 400, code: "invalid-request", detail: "The request is not valid." });
      return;
    }
    if (method === "GET" && (action === "faces" || action === "search")) {
      const found = action === "faces" ? framed(world, admin) : searched(world, id);
      if ("status" in found) sendProblem(response, found);
      else sendJson(response, 200, found);
      return;
    }
    if (method === "GET") {
      if (action === "look-alikes") {
        sendJson(response, 200, { items: world.resembling.get(id) ?? [] });
        return;
      }
      const body = read([collection, id, action], query, admin);
      if (body === undefined)
        sendProblem(response, {
          status: 404,
          code: notFound[collection] ?? "clip-not-found",
          detail: `There is no "${id}".`,
        });
      else sendJson(response, 200, body);
      return;
    }
    if (!admin) {
      sendProblem(response, { status: 401, code: "unauthorized", detail: "Send the admin token." });
      return;
    }
    const name = `${method} ${path}` === "POST /people" ? fieldOf(call.body, "name") : undefined;
    const holder = world.people.find((person) => person.name === name);
    if (holder !== undefined) {
      const { id: who } = holder;
      const detail = `There is a person named "${holder.name}" already.`;
      sendProblem(response, { status: 409, code: "name-taken", detail, person: { id: who, name: holder.name } });
      return;
    }
    const acted = act(world, call, [collection, id, action]);
    if (acted?.undoId !== undefined) response.setHeader("undo-id", acted.undoId);
    sendJson(response, acted?.status ?? 200, acted === undefined ? change(call, collection, id, action) : acted.body);
  }

  function read([collection, id, action]: [string, string, string], query: URLSearchParams, admin: boolean): unknown {
    if (collection === "broadcasts" && id !== "") {
      const broadcast = broadcastOf(world, id);
      return broadcast && (action === "people" ? { items: peopleIn(world, broadcast) } : broadcast);
    }
    if (collection === "broadcasts") return pageOf(broadcastsOf(world, query.get("channel") ?? ""), query);
    if (collection === "channels")
      return { items: world.channels.map(({ ingest, ...channel }) => (admin ? { ...channel, ingest } : channel)) };
    if (collection === "people" && id !== "")
      return world.people.find((person) => person.id === (world.merged.get(id) ?? id));
    if (collection === "people") return { items: world.people };
    if (collection === "events") return { items: world.events };
    if (collection === "exports") return { ...exported(id), ...world.exporting };
    if (collection === "recordings") return recordingsOf(world, query, admin);
    const clips = world.clips.filter(({ review }) => admin || review !== "rejected");
    if (collection === "clips" && id !== "") return clips.find((clip) => clip.id === id);
    const people = query.getAll("person");
    const review = query.get("review");
    const matching = clips.filter(
      (clip) =>
        isIn(query)(clip) &&
        (people.length === 0 || people.includes(clip.subject.id)) &&
        (review === null || clip.review === review),
    );
    if (collection === "reel") return reelOf(matching.toReversed());
    return pageOf(query.get("order") === "asc" ? matching.toReversed() : matching, query);
  }

  function change({ method, body }: Call, collection: string, id: string, action: string): unknown {
    if (collection === "channels") {
      world.channels = world.channels.map((channel) =>
        channel.id === id ? { ...channel, state: action === "start" ? "starting" : "stopping", live: false } : channel,
      );
    }
    if (collection === "people" && action === "photos") {
      world.people = world.people.map((person) =>
        person.id === id ? { ...person, photos: person.photos + 1 } : person,
      );
      return {
        id: "face-1",
        box: { left: 0.3, top: 0.2, width: 0.3, height: 0.4 },
        quality: 80,
        morePhotos: 2,
        lookAlikes: world.lookAlikes,
      };
    }
    if (collection === "people" && method === "POST") {
      const name = String(fieldOf(body, "name"));
      const created: Person = {
        id: name.toLowerCase().replaceAll(" ", "-"),
        name,
        celebrity: fieldOf(body, "celebrity") === true ? name : null,
        celebrityId: null,
        photos: 0,
        clips: 0,
      };
      world.people = [...world.people, created];
      return created;
    }
    return {};
  }

  const url = await listen(server);
  return {
    url,
    world,
    calls,
    server,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function reelOf(clips: readonly Clip[]): Reel {
  const moments = clips.map(({ id, subject, start, durationMs, poster }, number) => ({
    clip: id,
    subject,
    start,
    durationMs,
    poster,
    ...reelRange(number, durationMs),
  }));
  return {
    playlist: "/api/reel.m3u8",
    durationMs: 12_000,
    momentsMs: moments.reduce((sum, { durationMs }) => sum + durationMs, 0),
    moments,
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The test site has no port.");
  return `http://127.0.0.1:${address.port}`;
}

async function sendFile(file: string, response: ServerResponse): Promise<void> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch {
    response.writeHead(404).end();
    return;
  }
  response
    .writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-security-policy": POLICY,
    })
    .end(content);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function sendPlaylist(response: ServerResponse, text: string): void {
  response.writeHead(200, { "content-type": "application/vnd.apple.mpegurl" }).end(text);
}

function sendProblem(response: ServerResponse, { status, code, detail, ...members }: Refusal): void {
  const body = {
    type: `urn:spotlight:problem:${code}`,
    title: "A title",
    status,
    detail,
    code,
    instance: "/api/…",
    requestId: "1",
    ...members,
  };
  response.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify(body));
}

/** A player in front of a pitch, with the face where the fixtures' clips say it is. */
async function posterImage(): Promise<Buffer> {
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360">
    <rect width="640" height="360" fill="#2f7d4f"/><path d="M0 210h640v150H0z" fill="#276b43"/>
    <path d="M240 360c0-110 30-150 74-150s74 40 74 150z" fill="#e8ecf4"/>
    <ellipse cx="313" cy="126" rx="45" ry="54" fill="#d7a27f"/>
    <path d="M268 118c0-60 90-60 90 0-20-22-70-22-90 0z" fill="#2a1c14"/>
  </svg>`;
  return await sharp(Buffer.from(picture)).jpeg({ quality: 80 }).toBuffer();
}
