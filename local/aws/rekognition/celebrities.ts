import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Log } from "../../log.ts";
import { similarity } from "../../vision/recognisers/index.ts";
import { FaceWorkerError, type FaceWorker } from "../../vision/worker/index.ts";
import type { FaceReport } from "../../vision/report.ts";

export interface Celebrity {
  /** Seven letters and digits, like Rekognition's; the same for the same name. */
  id: string;
  name: string;
}

interface Photo {
  celebrity: Celebrity;
  embedding: Float32Array;
}

/** Minimum similarity to recognise a celebrity: Rekognition's default for face matches. */
const threshold = 80;

/**
 * The people that celebrity recognition recognises: a folder of photos, each named after the person it shows (`Ada
 * Lovelace.jpg`, further photos as `Ada Lovelace (2).png`). Unusable photos are named in a warning and
 * ignored.
 */
export class Celebrities {
  readonly #folder: string | undefined;
  readonly #worker: FaceWorker;
  readonly #log: Log;
  #photos: Promise<Photo[]> | undefined;

  constructor(folder: string | undefined, worker: FaceWorker, log: Log) {
    if (folder !== undefined && statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new Error(
        `The celebrity folder ${folder} does not exist. Specify a folder of photos named ` +
          "after the people they show.",
      );
    }
    this.#folder = folder;
    this.#worker = worker;
    this.#log = log;
  }

  /** Whether any celebrity can be recognised. */
  get any(): boolean {
    return this.#folder !== undefined;
  }

  /** Reads the photos once. After a failure, the next caller retries. */
  async load(): Promise<void> {
    await this.#loaded();
  }

  /** The celebrity whose photo is most similar to the face, with the similarity (0–100). */
  async recognise(face: FaceReport): Promise<{ celebrity: Celebrity; similarity: number } | undefined> {
    let best: { celebrity: Celebrity; similarity: number } | undefined;
    for (const { celebrity, embedding } of await this.#loaded()) {
      const candidate = { celebrity, similarity: similarity(face.embedding, embedding, this.#worker.recogniser.curve) };
      if (candidate.similarity >= Math.max(threshold, best?.similarity ?? 0)) best = candidate;
    }
    return best;
  }

  #loaded(): Promise<Photo[]> {
    this.#photos ??= this.#read().catch((cause: unknown) => {
      this.#photos = undefined;
      throw cause;
    });
    return this.#photos;
  }

  async #read(): Promise<Photo[]> {
    if (this.#folder === undefined) return [];
    const photos: Photo[] = [];
    for (const file of (await readdir(this.#folder)).sort()) {
      if (file.startsWith(".")) continue;
      const embedding = await this.#embeddingOf(file);
      if (typeof embedding === "string") this.#log.warn(`ignoring celebrity photo ${file}: ${embedding}`);
      else photos.push({ celebrity: celebrityOf(file), embedding });
    }
    const names = new Set(photos.map(({ celebrity }) => celebrity.name));
    this.#log.info(
      `${names.size} celebrit${names.size === 1 ? "y" : "ies"} known from ${photos.length} ` +
        `photo${photos.length === 1 ? "" : "s"}`,
    );
    return photos;
  }

  /** The embedding of the photo's only face, or the reason why there is none. */
  async #embeddingOf(file: string): Promise<Float32Array | string> {
    if (![".jpg", ".jpeg", ".png"].includes(extname(file).toLowerCase())) return "not a .jpg, .jpeg or .png file.";
    try {
      const { faces } = await this.#worker.still(await readFile(join(this.#folder ?? "", file)));
      const [face, another] = faces;
      if (face === undefined) return "no face was found.";
      return another === undefined ? face.embedding : `it shows ${faces.length} faces; crop it to one.`;
    } catch (cause) {
      if (
        cause instanceof FaceWorkerError &&
        (cause.code === "format" || cause.code === "too-large" || cause.code === "CRASHED")
      )
        return cause.message;
      throw cause;
    }
  }
}

/** The person a photo shows, from its file name. */
export function celebrityOf(file: string): Celebrity {
  const name = file
    .slice(0, file.length - extname(file).length)
    .replace(/\s*\(\d+\)$/, "")
    .normalize("NFC")
    .trim();
  return {
    id: createHash("sha256")
      .update(name)
      .digest("base64")
      .replace(/[^A-Za-z0-9]/g, "")
      .slice(0, 7),
    name,
  };
}
