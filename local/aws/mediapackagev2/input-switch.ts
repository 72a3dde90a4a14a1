import type { LiveIngest } from "../cloud.ts";
import { FragmentReader } from "./fragment-reader.ts";

type Job = Parameters<LiveIngest["begin"]>[0];

/** What one pipeline of the encoder sends. */
interface Input {
  /** Its encoding job, while there is one. */
  job: Job | undefined;
  readers: Map<string, FragmentReader>;
  /** Initialization segments of the job, by rendition. */
  inits: Map<string, Buffer>;
  /** Whether its encoder has a picture to encode. */
  hasPicture: boolean;
  /** Its encoder has stopped. */
  final: boolean;
}

/**
 * Lets through one of a channel's two inputs: the first that sends, until its encoder has stopped, or with
 * MediaPackage's input switching by quality (MQCS) until it has no picture and the other has. Then the other goes on,
 * from its next keyframe.
 * https://docs.aws.amazon.com/mediapackage/latest/userguide/mqcs.html
 */
export class InputSwitch {
  readonly #output: () => readonly Omit<LiveIngest, "quality">[];
  readonly #inputs = new Map<string, Input>();
  readonly #byQuality: boolean;
  #active: Input | undefined;

  /** @param output Where the active input goes. */
  constructor({ byQuality }: { byQuality: boolean }, output: () => readonly Omit<LiveIngest, "quality">[]) {
    this.#byQuality = byQuality;
    this.#output = output;
  }

  /** The input with this number, `1` or `2`, from the encoder's start to its stop. */
  input(number: string): LiveIngest {
    const input: Input = {
      job: undefined,
      readers: new Map(),
      inits: new Map(),
      hasPicture: true,
      final: false,
    };
    // Of the encoder's last run nothing is left.
    if (this.#active === this.#inputs.get(number)) this.#active = undefined;
    this.#inputs.set(number, input);
    return {
      begin: (job) => this.#begin(input, job),
      write: (rendition, bytes) => input.readers.get(rendition)?.push(bytes),
      quality: (hasPicture) => {
        if (!this.#byQuality || input.hasPicture === hasPicture) return;
        input.hasPicture = hasPicture;
        this.#choose();
      },
      end: (final) => this.#end(input, final),
    };
  }

  #begin(input: Input, job: Job): void {
    input.job = job;
    input.inits.clear();
    input.readers = new Map(
      job.renditions.map(({ name }) => [
        name,
        new FragmentReader({
          init: (bytes) => {
            input.inits.set(name, bytes);
            this.#write(input, name, bytes);
          },
          fragment: ({ bytes }) => this.#write(input, name, bytes),
        }),
      ]),
    );
    if (this.#active === input) this.#start(input);
    else this.#choose();
  }

  #end(input: Input, final: boolean): void {
    input.job = undefined;
    input.final = final;
    const isLast = [...this.#inputs.values()].every((other) => other.final);
    if (this.#active === input || isLast) for (const output of this.#output()) output.end(isLast);
    this.#choose();
  }

  #choose(): void {
    const active = this.#active;
    if (active !== undefined && active.hasPicture && !active.final) return;
    const other = [...this.#inputs.values()].find((input) => input !== active && input.job !== undefined);
    // Of two without a picture, one is as good as the other.
    if (other === undefined || (active?.final === false && !other.hasPicture)) return;
    if (active?.job !== undefined) for (const output of this.#output()) output.end(false);
    this.#start(other);
  }

  #start(input: Input): void {
    this.#active = input;
    const { job } = input;
    if (job === undefined) return;
    for (const output of this.#output()) output.begin(job);
    for (const [name, bytes] of input.inits) this.#write(input, name, bytes);
  }

  #write(input: Input, rendition: string, bytes: Buffer): void {
    if (this.#active === input) for (const output of this.#output()) output.write(rendition, bytes);
  }
}
