import { type Guard, isChannel, isClip, isPerson, isPhoto, isRecording, pageOf } from "./decode.ts";
import { problemOf, unexpected, unreachable } from "./problem.ts";
import type { Box, Channel, Clip, Page, Person, Photo, Recording, Review } from "./types.ts";

/** Which clips to list. `person` may hold several ids. */
export interface ClipFilter {
  person?: readonly string[];
  channel?: string;
  limit?: number;
  cursor?: string;
}

/** Which recordings to list. */
export interface RecordingFilter {
  broadcast: string;
  channel?: string;
  limit?: number;
  cursor?: string;
}

/** The REST API as the page uses it. Every unsuccessful call throws an `ApiProblem`. */
export interface Api {
  channels: (signal?: AbortSignal) => Promise<Page<Channel>>;
  startChannel: (id: string) => Promise<void>;
  stopChannel: (id: string) => Promise<void>;
  people: (signal?: AbortSignal) => Promise<Page<Person>>;
  createPerson: (person: { name: string; celebrity: boolean }) => Promise<Person>;
  renamePerson: (id: string, name: string) => Promise<void>;
  deletePerson: (id: string) => Promise<void>;
  /** `face`: which one of a photo with several. */
  addPhoto: (person: string, photo: Blob, face?: Box) => Promise<Photo>;
  clips: (filter: ClipFilter, signal?: AbortSignal) => Promise<Page<Clip>>;
  clip: (id: string, signal?: AbortSignal) => Promise<Clip>;
  reviewClip: (id: string, review: Review) => Promise<void>;
  deleteClip: (id: string) => Promise<void>;
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
  async function send(method: string, path: string, options: Body & { signal?: AbortSignal } = {}): Promise<Response> {
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
    channels: (signal) => get("/channels", pageOf(isChannel), signal),
    startChannel: (id) => command("POST", `/channels/${encodeURIComponent(id)}/start`),
    stopChannel: (id) => command("POST", `/channels/${encodeURIComponent(id)}/stop`),
    people: (signal) => get("/people", pageOf(isPerson), signal),
    createPerson: ({ name, celebrity }) => post("/people", json(celebrity ? { name, celebrity } : { name }), isPerson),
    renamePerson: (id, name) => command("PATCH", `/people/${encodeURIComponent(id)}`, json({ name })),
    deletePerson: (id) => command("DELETE", `/people/${encodeURIComponent(id)}`),
    addPhoto: (person, photo, face) =>
      post(
        `/people/${encodeURIComponent(person)}/photos${face === undefined ? "" : `?box=${boxText(face)}`}`,
        { body: photo, type: photo.type },
        isPhoto,
      ),
    clips: (filter, signal) => get(`/clips${query(filter)}`, pageOf(isClip), signal),
    clip: (id, signal) => get(`/clips/${encodeURIComponent(id)}`, isClip, signal),
    reviewClip: (id, review) => command("PATCH", `/clips/${encodeURIComponent(id)}`, json({ review })),
    deleteClip: (id) => command("DELETE", `/clips/${encodeURIComponent(id)}`),
    recordings: (filter, signal) => get(`/recordings${query(filter)}`, pageOf(isRecording), signal),
    retryRecording: (id) => command("POST", `/recordings/${encodeURIComponent(id)}/retry`),
  };
}

/** A box as the API reads it from the address. */
function boxText({ left, top, width, height }: Box): string {
  return [left, top, width, height].map((part) => Math.min(1, Math.max(0, part)).toFixed(4)).join(",");
}

interface Body {
  body?: string | Blob;
  type?: string;
}

function json(value: unknown): Body {
  return { body: JSON.stringify(value), type: "application/json" };
}

function query(filter: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(name, String(one));
  }
  return search.size === 0 ? "" : `?${search.toString()}`;
}

async function decoded<Answer>(response: Response, isAnswer: Guard<Answer>): Promise<Answer> {
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
