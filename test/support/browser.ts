import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { inflate } from "@sparticuz/chromium";
import { type Browser, type Page, chromium } from "playwright-core";

const CACHE = fileURLToPath(new URL("../../.cache/chromium/", import.meta.url));

/**
 * Site isolation and web security stay on (unlike the bundled package's own arguments), since the
 * page's content security policy and same-origin media are part of what the tests check.
 */
const ARGUMENTS = [
  "--no-sandbox",
  "--no-zygote",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--mute-audio",
  "--font-render-hinting=none",
  "--autoplay-policy=no-user-gesture-required",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
];

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * The package's own configuration names only folders of Lambda. Without a font, no text is drawn and focusing a field
 * crashes the browser.
 */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** No Chromium could be started; the message lists what was tried, why each failed and what to do. */
class NoBrowserError extends Error {
  readonly code = "no-browser";

  constructor(attempts: readonly string[]) {
    super(
      "No Chromium could be started for the page tests. Install one (Debian: apt-get install chromium) or " +
        `set CHROMIUM_PATH to one.\n${attempts.join("\n")}`,
    );
    this.name = "NoBrowserError";
  }
}

/**
 * Starts a headless Chromium that plays H.264 and AAC: `CHROMIUM_PATH` if set, else the one inside
 * `@sparticuz/chromium`, else an installed one.
 *
 * @throws {NoBrowserError} when none starts.
 */
export async function launchBrowser(): Promise<Browser> {
  const attempts: string[] = [];
  for (const candidate of candidates()) {
    try {
      const { executablePath, env } = await candidate.prepare();
      // Without a locale, Chromium saves no file whose name has a letter beyond ASCII under that name.
      const locale = { ...env, LC_ALL: "C.UTF-8" };
      return await chromium.launch({ executablePath, env: locale, args: ARGUMENTS, headless: true, timeout: 60_000 });
    } catch (error) {
      attempts.push(`- ${candidate.name}: ${reason(error)}`);
    }
  }
  throw new NoBrowserError(attempts);
}

/** The current state of a `<video>`. Times are in seconds. */
export interface VideoState {
  currentTime: number;
  duration: number | null;
  paused: boolean;
  ended: boolean;
  width: number;
  height: number;
  decodedFrames: number;
  droppedFrames: number;
}

/** Reads the state of the first element that matches `selector`; null if there is none. */
export async function videoState(page: Page, selector = "video"): Promise<VideoState | null> {
  return await page.evaluate<VideoState | null>(`(() => {
    const video = document.querySelector(${JSON.stringify(selector)});
    if (!(video instanceof HTMLVideoElement)) return null;
    const quality = video.getVideoPlaybackQuality();
    return {
      currentTime: video.currentTime,
      duration: Number.isFinite(video.duration) ? video.duration : null,
      paused: video.paused,
      ended: video.ended,
      width: video.videoWidth,
      height: video.videoHeight,
      decodedFrames: quality.totalVideoFrames,
      droppedFrames: quality.droppedVideoFrames,
    };
  })()`);
}

/**
 * Waits until a `<video>` has decoded enough pictures and returns its state. (The playback position alone proves
 * nothing: in live playback it is far from 0 before anything is decoded.)
 */
export async function decoded(
  page: Page,
  { selector = "video", frames = 5, timeoutMs = 15_000 } = {},
): Promise<VideoState> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    // Polls from outside: waiting inside the page would need eval, which the page's own policy forbids.
    const state = await videoState(page, selector);
    if (state !== null && state.decodedFrames >= frames) return state;
    if (Date.now() > deadline)
      throw new Error(`${selector} decoded too little within ${timeoutMs} ms: ${JSON.stringify(state)}`);
    await sleep(50);
  }
}

interface Candidate {
  name: string;
  prepare: () => Promise<{ executablePath: string; env: Record<string, string> }>;
}

function candidates(): Candidate[] {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen)
    return [{ name: `CHROMIUM_PATH ${chosen}`, prepare: async () => ({ executablePath: chosen, env: environment() }) }];
  return [
    { name: "the Chromium inside @sparticuz/chromium", prepare: bundled },
    ...INSTALLED.filter((path) => existsSync(path)).map((path) => ({
      name: path,
      prepare: async () => ({ executablePath: path, env: environment() }),
    })),
  ];
}

async function bundled(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const folder = await unpack();
  const libraries = join(folder, "al2023", "lib");
  const { LD_LIBRARY_PATH: inherited, ...rest } = environment();
  return {
    executablePath: join(folder, "chromium"),
    env: {
      ...rest,
      FONTCONFIG_FILE: join(folder, "fonts.conf"),
      LD_LIBRARY_PATH: inherited ? libraries + delimiter + inherited : libraries,
    },
  };
}

/**
 * The package unpacks into the temporary folder, reuses any `chromium` it finds there regardless of its
 * version, and skips its shared libraries outside Lambda. So this unpacks all of it into a folder named for
 * its version, atomically, since test runs may run in parallel.
 */
async function unpack(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const { version, root } = packageOf(entry);
  const folder = join(CACHE, version);
  if (existsSync(folder)) return folder;

  await mkdir(CACHE, { recursive: true });
  const partial = await mkdtemp(join(CACHE, "unpacking-"));
  try {
    await inflateInto(
      partial,
      ["chromium.br", "fonts.tar.br", "al2023.tar.br"].map((file) => join(root, "bin", file)),
    );
    await writeFile(join(partial, "fonts.conf"), FONTS);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** `inflate` reads the temporary folder's name when called, so it is pointed at `folder` for just that call. */
async function inflateInto(folder: string, archives: readonly string[]): Promise<void> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  let started: Promise<string>[];
  try {
    started = archives.map((archive) => inflate(archive));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  await Promise.all(started);
}

function packageOf(entry: string): { version: string; root: string } {
  const require = createRequire(import.meta.url);
  for (let root = dirname(entry); root !== dirname(root); root = dirname(root)) {
    if (!existsSync(join(root, "package.json"))) continue;
    const manifest: unknown = require(join(root, "package.json"));
    if (isManifest(manifest) && manifest.name === "@sparticuz/chromium") return { version: manifest.version, root };
  }
  throw new Error("@sparticuz/chromium is not installed; run npm ci");
}

function isManifest(value: unknown): value is { name: string; version: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    "version" in value &&
    typeof value.version === "string"
  );
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n").slice(0, 6).join(" ").slice(0, 600);
}
