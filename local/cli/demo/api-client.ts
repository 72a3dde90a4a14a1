/** The fields of a person in `GET /people` that the demo uses. */
export interface PersonItem {
  id: string;
  name: string;
  photos: number;
}

/** The fields of a clip in `GET /clips` that the demo uses. */
export interface ClipItem {
  id: string;
  subject: { id: string; name: string };
  start: string;
  durationMs: number;
  similarity: number;
}

/** The fields of a recording in `GET /recordings` that the demo uses. */
export interface RecordingItem {
  id: string;
  state: "archived" | "converting" | "analysing" | "indexed" | "idle" | "failed";
}

/** The API returned an error; `code` is the problem document's. */
class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Calls a running Spotlight's REST API with its admin token. */
export class ApiClient {
  readonly #base: string;
  readonly #token: string;

  constructor(apiUrl: string, adminToken: string) {
    this.#base = apiUrl;
    this.#token = adminToken;
  }

  /** Returns the person with this name, registered if missing. Adds `photo` (a JPEG) if they have none. */
  async register(name: string, photo: Buffer): Promise<PersonItem> {
    const people = await this.get<{ items: PersonItem[] }>("/people");
    const person =
      people.items.find((item) => item.name === name) ??
      (await this.#call<PersonItem>("POST", "/people", JSON.stringify({ name }), "application/json"));
    if (person.photos === 0)
      await this.#call("POST", `/people/${person.id}/photos`, new Uint8Array(photo), "image/jpeg");
    return person;
  }

  /** Throws {@link ApiError} unless the call succeeds. */
  get<Answer>(path: string): Promise<Answer> {
    return this.#call("GET", path);
  }

  async #call<Answer>(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    contentType?: string,
  ): Promise<Answer> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(contentType === undefined ? {} : { "content-type": contentType }),
      },
      ...(body === undefined ? {} : { body }),
    }).catch((cause: unknown) => {
      throw new Error(`Spotlight does not respond at ${this.#base}: is "npm start" still running?`, { cause });
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer as Answer;
    const { code = "unknown", detail, title } = answer as { code?: string; detail?: string; title?: string };
    throw new ApiError(response.status, code, `${method} ${path}: ${detail ?? title ?? response.statusText}`);
  }
}
