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

/** The fields of a problem document that the demo uses. */
interface Problem {
  code?: string;
  detail?: string;
  title?: string;
  /** With `face-taken`: whose face it is. */
  person?: { id: string; name: string };
}

/** The API returned an error. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem, message: string) {
    super(message);
    this.status = status;
    this.problem = problem;
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

  /**
   * Returns the person with this name, registered if missing. Adds `photo` (a JPEG) if they have none. Someone who was
   * renamed since is known by the face: then nobody is registered.
   */
  async register(name: string, photo: Buffer): Promise<PersonItem> {
    const people = await this.get<{ items: PersonItem[] }>("/people");
    const known = people.items.find((item) => item.name === name);
    if (known !== undefined && known.photos > 0) return known;
    const person =
      known ?? (await this.#call<PersonItem>("POST", "/people", JSON.stringify({ name }), "application/json"));
    try {
      await this.#call("POST", `/people/${person.id}/photos`, new Uint8Array(photo), "image/jpeg");
      return person;
    } catch (error) {
      const owner = error instanceof ApiError && error.problem.code === "face-taken" ? error.problem.person : undefined;
      if (owner === undefined) throw error;
      if (known === undefined) await this.#call("DELETE", `/people/${person.id}`);
      return people.items.find(({ id }) => id === owner.id) ?? person;
    }
  }

  /** Throws {@link ApiError} unless the call succeeds. */
  get<Answer>(path: string): Promise<Answer> {
    return this.#call("GET", path);
  }

  /** Throws {@link ApiError} unless the call succeeds. */
  delete(path: string): Promise<void> {
    return this.#call("DELETE", path);
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
    const answer: unknown = response.status === 204 ? undefined : await response.json();
    if (response.ok) return answer as Answer;
    const problem = answer as Problem;
    const { detail, title } = problem;
    throw new ApiError(response.status, problem, `${method} ${path}: ${detail ?? title ?? response.statusText}`);
  }
}
