import { messages } from "../messages/index.ts";
import { isBox, isNamed } from "./decode.ts";
import type { Box, Named } from "./types.ts";

/** What went wrong in a call. `status` is 0 without a response; `message` is what the API says, in English. */
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

/**
 * Reads an RFC 9457 problem answer. A body that isn't one (a proxy's own error page) still gives a problem.
 */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const body = await bodyOf(response);
  const code = textOf(body, "code") ?? textOf(body, "type")?.split(/[/:#]/).at(-1) ?? `http-${response.status}`;
  return new ApiProblem(response.status, code, textOf(body, "detail") ?? "", facesOf(body), personOf(body));
}

/** The problem of a call without a response. */
export function unreachable(): ApiProblem {
  return new ApiProblem(0, "unreachable", "");
}

/** The problem of an unexpected response. */
export function unexpected(status: number): ApiProblem {
  return new ApiProblem(status, "unexpected-answer", "");
}

/** One readable sentence for anything thrown: in the page's language, or else what the API says, in English. */
export function sentenceOf(error: unknown): string {
  const { problems, statuses, failed, somethingWrong } = messages;
  const known = error instanceof ApiProblem ? problems[error.code] : undefined;
  if (known !== undefined) return known;
  if (error instanceof Error && error.message !== "") return error.message;
  return error instanceof ApiProblem ? (statuses[error.status] ?? failed(error.status)) : somethingWrong;
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
