import {
  type Guard,
  isBroadcast,
  isChannel,
  isClip,
  isDocument,
  isExport,
  isFrame,
  isPerson,
  isPhoto,
  isRecording,
  isReel,
  pageOf,
} from "./decode.ts";
import { problemOf, unexpected, unreachable } from "./problem.ts";
import type {
  Box,
  Broadcast,
  Channel,
  Clip,
  Export,
  Frame,
  Page,
  Person,
  Photo,
  Recording,
  Reel,
  Review,
} from "./types.ts";

/** Which clips to list. `person` may hold several ids. */
export interface ClipFilter {
  person?: readonly string[];
  channel?: string;
  broadcast?: string | undefined;
  review?: Review;
  /** Newest first if not said otherwise. */
  order?: "asc" | undefined;
  limit?: number;
  cursor?: string;
}

/** Which clips a reel joins. */
export type ReelFilter = Pick<ClipFilter, "person" | "channel" | "broadcast">;

/** What an editor says about a clip: whether it is right, or whom it shows. */
export interface ClipChange {
  review?: Review;
  /** The person's id. */
  subject?: string;
}

/** Which recordings to list. */
export interface RecordingFilter {
  broadcast: string;
  channel?: string;
  state?: readonly Recording["state"][];
  limit?: number;
  cursor?: string;
}

/** Which broadcasts to list. */
export interface BroadcastFilter {
  channel: string;
  limit?: number;
  cursor?: string | undefined;
}

/** Makes a call, with the token if there is one. */
export type Send = (
  method: string,
  path: string,
  options?: Body & { signal?: AbortSignal | undefined },
) => Promise<Response>;

/** The REST API as the page uses it. Every unsuccessful call throws an `ApiProblem`. */
export interface Api {
  /** For the calls of `editing.ts`. */
  send: Send;
  channels: (signal?: AbortSignal) => Promise<Page<Channel>>;
  startChannel: (id: string) => Promise<void>;
  stopChannel: (id: string) => Promise<void>;
  /** Whether built-in footage can be streamed. */
  hasDemo: (signal?: AbortSignal) => Promise<boolean>;
  startDemo: () => Promise<void>;
  /** Newest first. */
  broadcasts: (filter: BroadcastFilter, signal?: AbortSignal) => Promise<Page<Broadcast>>;
  /** With the id of a broadcast, only the clips in it are counted. */
  people: (signal?: AbortSignal, broadcast?: string) => Promise<Page<Person>>;
  /** Also whom an entry of this id was merged into. */
  person: (id: string, signal?: AbortSignal) => Promise<Person>;
  createPerson: (person: { name: string; celebrity: boolean }) => Promise<Person>;
  renamePerson: (id: string, name: string) => Promise<void>;
  /** Both are one entry from then on, `into`. Answers the id that takes it back. */
  mergePerson: (id: string, into: string) => Promise<string | null>;
  /** `face`: which one of a photo with several. */
  addPhoto: (person: string, photo: Blob, face?: Box) => Promise<Photo>;
  /** Adds a face of a captured frame, by its token. */
  addFace: (person: string, token: string) => Promise<Photo>;
  /** Throws if what is archived was never searched for a person. */
  hasSearch: (person: string) => Promise<void>;
  /** The faces of a captured frame: a channel's newest one, or so long after the start of a recording or clip. */
  faces: (
    of: "channels" | "recordings" | "clips",
    id: string,
    atMs: number | undefined,
    signal: AbortSignal,
  ) => Promise<Frame>;
  clips: (filter: ClipFilter, signal?: AbortSignal) => Promise<Page<Clip>>;
  clip: (id: string, signal?: AbortSignal) => Promise<Clip>;
  /** The moments of a filter, oldest first, and where its playlist has them. */
  reel: (filter: ReelFilter, signal?: AbortSignal) => Promise<Reel>;
  /** Answers the clip as it is now, and the id that takes the change back. */
  changeClip: (id: string, change: ClipChange) => Promise<{ clip: Clip; undoId: string | null }>;
  /** Answers the id that takes it back. */
  deleteClip: (id: string) => Promise<string | null>;
  /** Takes back a change of a clip, its deletion, or a merge. */
  undo: (id: string) => Promise<void>;
  /** Asks for a file of exactly the clip, which takes a while; asking again answers the same export. */
  exportClip: (id: string, aspect?: "9:16") => Promise<Export>;
  export: (id: string, signal?: AbortSignal) => Promise<Export>;
  recordings: (filter: RecordingFilter, signal?: AbortSignal) => Promise<Page<Recording>>;
  retryRecording: (id: string) => Promise<void>;
}

/** How the client gets the admin token and reports its rejection. */
export interface Credentials {
  token: () => string | null;
  /** Called when the API rejected the token. */
  refused: () => void;
}

const BASE = "/api";

/** The multivariant playlist of exactly one clip. */
export function clipPlaylist(id: string): string {
  return `${BASE}/clips/${encodeURIComponent(id)}/master.m3u8`;
}

/** Creates the client. The token goes only into the Authorization header. */
export function createApi(credentials: Credentials): Api {
  async function send(method: string, path: string, options: Parameters<Send>[2] = {}): Promise<Response> {
    const token = credentials.token();
    const headers = new Headers({ accept: "application/json" });
    if (token !== null) headers.set("authorization", `Bearer ${token}`);
    if (options.type !== undefined) headers.set("content-type", options.type);

    // Asks each time, but with If-None-Match: an answer that the browser has comes without its body. Answers to editors
    // may not be kept.
    const response = await answered(
      fetch(BASE + path, { method, headers, body: options.body, signal: options.signal ?? null, cache: "no-cache" }),
    );
    if (response.ok) return response;
    if (response.status === 401 && token !== null) {
      credentials.refused();
      // Reads are public: retry without the token.
      if (method === "GET") return await send(method, path, options);
    }
    throw await problemOf(response);
  }

  async function get<Answer>(path: string, isAnswer: Guard<Answer>, signal?: AbortSignal): Promise<Answer> {
    return await decoded(await send("GET", path, { signal }), isAnswer);
  }

  async function post<Answer>(path: string, body: Body, isAnswer: Guard<Answer>): Promise<Answer> {
    return await decoded(await send("POST", path, body), isAnswer);
  }

  async function command(method: string, path: string, body: Body = {}): Promise<void> {
    await send(method, path, body);
  }

  return {
    send,
    channels: (signal) => get("/channels", pageOf(isChannel), signal),
    startChannel: (id) => command("POST", `/channels/${encodeURIComponent(id)}/start`),
    stopChannel: (id) => command("POST", `/channels/${encodeURIComponent(id)}/stop`),
    // Only its document tells whether the API has this path.
    hasDemo: async (signal) => "/demo" in (await get("/openapi.json", isDocument, signal)).paths,
    startDemo: () => command("POST", "/demo"),
    broadcasts: (filter, signal) => get(`/broadcasts${query(filter)}`, pageOf(isBroadcast), signal),
    people: (signal, broadcast) =>
      get(`${broadcast === undefined ? "" : `/broadcasts/${broadcast}`}/people`, pageOf(isPerson), signal),
    person: (id, signal) => get(`/people/${encodeURIComponent(id)}`, isPerson, signal),
    createPerson: ({ name, celebrity }) => post("/people", json(celebrity ? { name, celebrity } : { name }), isPerson),
    renamePerson: (id, name) => command("PATCH", `/people/${encodeURIComponent(id)}`, json({ name })),
    mergePerson: async (id, into) =>
      undoIdOf(await send("POST", `/people/${encodeURIComponent(id)}/merge`, json({ into }))),
    addPhoto: (person, photo, face) =>
      post(
        `/people/${encodeURIComponent(person)}/photos${face === undefined ? "" : `?box=${boxText(face)}`}`,
        { body: photo, type: photo.type },
        isPhoto,
      ),
    addFace: (person, token) =>
      post(`/people/${encodeURIComponent(person)}/photos${query({ face: token })}`, {}, isPhoto),
    hasSearch: (person) => command("GET", `/people/${encodeURIComponent(person)}/search`),
    faces: (of, id, atMs, signal) => get(`/${of}/${encodeURIComponent(id)}/faces${query({ atMs })}`, isFrame, signal),
    clips: (filter, signal) => get(`/clips${query(filter)}`, pageOf(isClip), signal),
    clip: (id, signal) => get(`/clips/${encodeURIComponent(id)}`, isClip, signal),
    reel: (filter, signal) => get(`/reel${query(filter)}`, isReel, signal),
    changeClip: async (id, change) => {
      const response = await send("PATCH", `/clips/${encodeURIComponent(id)}`, json(change));
      return { clip: await decoded(response, isClip), undoId: undoIdOf(response) };
    },
    deleteClip: async (id) => undoIdOf(await send("DELETE", `/clips/${encodeURIComponent(id)}`)),
    undo: (id) => command("POST", `/undo/${encodeURIComponent(id)}`),
    exportClip: (id, aspect) => post(`/clips/${encodeURIComponent(id)}/exports${query({ aspect })}`, {}, isExport),
    export: (id, signal) => get(`/exports/${encodeURIComponent(id)}`, isExport, signal),
    recordings: (filter, signal) => get(`/recordings${query(filter)}`, pageOf(isRecording), signal),
    retryRecording: (id) => command("POST", `/recordings/${encodeURIComponent(id)}/retry`),
  };
}

/** The id by which an act can be taken back. */
function undoIdOf({ headers }: Response): string | null {
  return headers.get("undo-id");
}

/** A box as the API reads it from the address. */
function boxText({ left, top, width, height }: Box): string {
  return [left, top, width, height].map((part) => Math.min(1, Math.max(0, part)).toFixed(4)).join(",");
}

interface Body {
  body?: string | Blob;
  type?: string;
}

/** A JSON body. */
export function json(value: unknown): Body {
  return { body: JSON.stringify(value), type: "application/json" };
}

/** The query of an address; an array repeats its name. */
export function query(filter: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(name, String(one));
  }
  return search.size === 0 ? "" : `?${search.toString()}`;
}

/** The answer, if it is one. */
export async function decoded<Answer>(response: Response, isAnswer: Guard<Answer>): Promise<Answer> {
  const body: unknown = await response.json().catch(() => undefined);
  if (!isAnswer(body)) throw unexpected(response.status);
  return body;
}

/** Turns a network failure into a problem; a cancelled call is rethrown. */
async function answered<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
}
