import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize, relative } from "node:path";
import type { Properties } from "../../engine/provider.ts";
import { AwsError } from "../errors.ts";
import { properties } from "../support/inputs.ts";

/** A function's deployed code: a separate copy, so that rebuilding a bundle does not change a running function. */
export interface Code {
  folder: string;
  /** Base64 SHA-256 of names and contents, instead of AWS's hash of the zip file. */
  sha256: string;
  bytes: number;
}

/** Unzipped code may be at most this large: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxBytes = 250 * 1024 * 1024;

/**
 * Copies a function's `code` input (an AssetArchive or a folder) into a folder of `root` named after its hash.
 */
export async function storeCode(root: string, code: unknown): Promise<Code> {
  const files = await filesOf(code);
  const hash = createHash("sha256");
  let bytes = 0;
  for (const [name, content] of files) {
    hash.update(`${name}\0${content.length}\0`).update(content);
    bytes += content.length;
  }
  if (bytes > maxBytes)
    throw new AwsError("InvalidParameterValueException", `Unzipped size must be smaller than ${maxBytes} bytes`);
  const digest = hash.digest();
  const folder = join(root, digest.toString("hex").slice(0, 32));
  if (!existsSync(folder)) {
    await mkdir(root, { recursive: true });
    const draft = await mkdtemp(join(root, ".draft-"));
    for (const [name, content] of files) {
      await mkdir(dirname(join(draft, name)), { recursive: true });
      await writeFile(join(draft, name), content);
    }
    await rename(draft, folder);
  }
  return { folder, sha256: digest.toString("base64"), bytes };
}

/** Next to the code, so that both are deleted together. */
export function compileCacheOf(folder: string): string {
  return `${folder}.cache`;
}

/** Removes unused code and incomplete copies. */
export async function removeUnusedCode(root: string, used: ReadonlySet<string>): Promise<void> {
  if (!existsSync(root)) return;
  const kept = new Set([...used].flatMap((folder) => [folder, compileCacheOf(folder)]));
  for (const name of await readdir(root)) {
    const folder = join(root, name);
    if (!kept.has(folder)) await rm(folder, { recursive: true, force: true });
  }
}

/** Names inside the archive and their contents, sorted by name. */
async function filesOf(code: unknown): Promise<[name: string, content: Buffer][]> {
  const archive = properties(properties(code)?.["$archive"]);
  if (archive === undefined)
    throw new AwsError(
      "InvalidParameterValueException",
      "A function's code must be an AssetArchive of files or a FileArchive of a folder.",
    );
  const folder = archive["path"];
  if (typeof folder === "string") return folderFiles(folder);
  const names = Object.keys(archive).sort();
  return Promise.all(
    names.map(async (name): Promise<[string, Buffer]> => [
      inside(name),
      await contentOf(name, properties(archive[name])),
    ]),
  );
}

async function folderFiles(folder: string): Promise<[string, Buffer][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new AwsError(
      "InvalidParameterValueException",
      `The code archive ${folder} is not a readable folder: ${String(cause)}`,
    );
  });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.sort().map(async (path): Promise<[string, Buffer]> => [relative(folder, path), await readFile(path)]),
  );
}

async function contentOf(name: string, entry: Properties | undefined): Promise<Buffer> {
  const asset = properties(entry?.["$asset"]);
  const path = asset?.["path"];
  const text = asset?.["text"];
  if (typeof text === "string") return Buffer.from(text);
  if (typeof path === "string") return readFile(path);
  throw new AwsError("InvalidParameterValueException", `${name} in the code archive must be a file or a string.`);
}

function inside(name: string): string {
  const path = normalize(name);
  if (isAbsolute(path) || path.startsWith(".."))
    throw new AwsError("InvalidParameterValueException", `${name} must be inside the function's code folder.`);
  return path;
}
