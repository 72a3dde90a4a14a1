import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readNpmConfig } from "./npm-config.ts";
import { assetPackages, type AssetPackage } from "./packages.ts";

type PackageKey = keyof typeof assetPackages;

/** The project's folder, independent of the working directory. */
export const projectFolder = fileURLToPath(new URL("../../", import.meta.url));

/** A package's files could not be fetched. `message` says why and what to do. */
export class AssetError extends Error {
  override readonly name = "AssetError";
  readonly code = "ASSET_UNAVAILABLE";
}

export interface FetchOptions {
  /** @default `.cache/assets` of the project */
  cacheFolder?: string;
  /** Contains npm's settings as `npm_config_*`. @default process.env */
  environment?: NodeJS.ProcessEnv;
}

/** The folder for a package's fetched files, named by version and by a digest of what is fetched. */
function assetFolder(asset: AssetPackage, cacheFolder: string): string {
  const digest = createHash("sha256").update([asset.integrity, ...asset.files].join("\n"));
  return join(cacheFolder, `${asset.name}-${asset.version}-${digest.digest("hex").slice(0, 12)}`);
}

/** Fetches every pinned package that is missing. Throws {@link AssetError}. */
export async function ensureAssets(): Promise<void> {
  await Promise.all(Object.values(assetPackages).map((asset) => fetchAsset(asset)));
}

/** Returns the path of one file of a pinned package, which it fetches if missing. Throws {@link AssetError}. */
export async function assetFile<Key extends PackageKey>(
  key: Key,
  file: (typeof assetPackages)[Key]["files"][number],
): Promise<string> {
  return join(await fetchAsset(assetPackages[key]), basename(file));
}

/**
 * Fetches a package's pinned files into `cacheFolder` and returns their folder. Checks the tarball against the pinned
 * digest before keeping anything, and creates the folder atomically, so an existing folder is complete.
 */
export async function fetchAsset(asset: AssetPackage, options: FetchOptions = {}): Promise<string> {
  const cacheFolder = options.cacheFolder ?? join(projectFolder, ".cache", "assets");
  const folder = assetFolder(asset, cacheFolder);
  if (existsSync(folder)) return folder;
  const work = join(cacheFolder, `.${asset.name}.${randomUUID()}`);
  const config = await readNpmConfig(projectFolder, options.environment);
  try {
    // Loaded only if a file is missing: it takes 60 MB in every process that uses an asset.
    const { default: pacote } = await import("pacote");
    await pacote.extract(`${asset.name}@${asset.version}`, join(work, "package"), {
      ...config,
      integrity: asset.integrity,
    });
    await mkdir(join(work, "kept"), { recursive: true });
    for (const file of asset.files) await rename(join(work, "package", file), join(work, "kept", basename(file)));
    await moveUnlessThere(join(work, "kept"), folder);
  } catch (cause) {
    throw new AssetError(
      `Could not fetch ${asset.name}@${asset.version} from ${config.registry}: ${reason(cause)} ` +
        "Check the network and npm's registry and proxy settings, then run `npm run prepare`.",
      { cause },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** If two processes fetch at the same time, the first one's folder stays. */
async function moveUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (cause) {
    if (!existsSync(to)) throw cause;
  }
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if ("code" in cause && cause.code === "EINTEGRITY")
    return "the tarball does not match the pinned digest (integrity mismatch).";
  return `${cause.message.split("\n")[0] ?? cause.message}.`;
}
