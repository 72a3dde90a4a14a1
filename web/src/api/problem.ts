import { isBox, isNamed } from "./decode.ts";
import type { Box, Named } from "./types.ts";

/** What went wrong in a call, as a readable sentence. `status` is 0 without a response. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** Where there are faces in a refused photo, if one must be chosen. */
  readonly faces: readonly Box[];
  /** Whose face a refused photo shows. */
  readonly person: Named | undefined;

  constructor(status: number, code: string, message: string, faces: readonly Box[] = [], person?: Named) {
    super(message);
    this.name = "ApiProblem";
    this.status = status;
    this.code = code;
    this.faces = faces;
    this.person = person;
  }
}

/** Sentences for common codes where the page can say more than the API. */
const SENTENCES: Readonly<Record<string, string>> = {
  "no-face": "No face was found in this photo. Choose one in which the face is sharp and looks at the camera.",
  "several-faces": "There are several faces in this photo. Choose whose it is.",
  "face-too-small": "The face is too small in this photo. Choose a closer one, or crop it to head and shoulders.",
};

const STATUS_SENTENCES: Readonly<Record<number, string>> = {
  401: "Your admin link is no longer valid. Open the current one.",
  403: "Your admin link doesn't allow this.",
  404: "This no longer exists.",
  409: "This already exists.",
  413: "This file is too large. Choose a photo of at most 4 MB.",
  415: "This isn't a JPEG or PNG photo.",
  429: "Too many requests. Try again in a moment.",
};

/**
 * Reads an RFC 9457 problem answer. A body that isn't one (a proxy's own error page) still gives a readable problem.
 */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const body = await bodyOf(response);
  const code = textOf(body, "code") ?? textOf(body, "type")?.split(/[/:#]/).at(-1) ?? `http-${response.status}`;
  const message =
    SENTENCES[code] ??
    (response.status === 401 ? STATUS_SENTENCES[401] : undefined) ??
    textOf(body, "detail") ??
    STATUS_SENTENCES[response.status] ??
    textOf(body, "title") ??
    `Spotlight returned an error (${response.status}). Try again in a moment.`;
  return new ApiProblem(response.status, code, message, facesOf(body), personOf(body));
}

/** The problem of a call without a response. */
export function unreachable(): ApiProblem {
  return new ApiProblem(0, "unreachable", "Can't reach Spotlight. Retrying automatically.");
}

/** The problem of an unexpected response. */
export function unexpected(status: number): ApiProblem {
  return new ApiProblem(status, "unexpected-answer", "This page can't read Spotlight's answer. Reload the page.");
}

/** One readable sentence for anything thrown. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Error && error.message !== "") return error.message;
  return "Something went wrong. Try again.";
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function facesOf(body: unknown): Box[] {
  return listOf(memberOf(body, "faces")).filter(isBox);
}

function personOf(body: unknown): Named | undefined {
  const person = memberOf(body, "person");
  return isNamed(person) ? person : undefined;
}

function memberOf(body: unknown, key: string): unknown {
  return typeof body === "object" && body !== null ? Reflect.get(body, key) : undefined;
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function textOf(body: unknown, key: string): string | undefined {
  const value = memberOf(body, key);
  return typeof value === "string" && value !== "" ? value : undefined;
}
