import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** The parts of the user's npm configuration that pacote needs, under pacote's names. */
export interface NpmConfig {
  registry: string;
  cache?: string;
  proxy?: string;
  httpsProxy?: string;
  noProxy?: string;
  /** Certificate authorities: one PEM certificate per entry. */
  ca?: string[];
  strictSSL: boolean;
  offline: boolean;
  preferOffline: boolean;
  /** Credentials, by npm's own key: `//registry.example/:_authToken`. */
  [credential: `//${string}`]: string;
}

/**
 * Reads the user's npm configuration, highest priority first: `npm_config_*` variables (npm sets them for the scripts
 * it runs), the project's `.npmrc`, the user's `.npmrc`. Credentials come from the files only: npm does not pass them
 * to scripts.
 */
export async function readNpmConfig(
  projectFolder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<NpmConfig> {
  const userFile = environment["npm_config_userconfig"] ?? join(homedir(), ".npmrc");
  const settings = new Map<string, string>();
  for (const file of [userFile, join(projectFolder, ".npmrc")]) {
    for (const [key, value] of parseNpmrc(await readOptional(file), environment)) settings.set(key, value);
  }
  for (const [name, value] of Object.entries(environment)) {
    const key = /^npm_config_(?<key>[^_].*)$/i.exec(name)?.groups?.["key"];
    if (key !== undefined && value !== undefined && value !== "")
      settings.set(key.toLowerCase().replaceAll("_", "-"), value);
  }

  const optional = (key: string): string | undefined => {
    const value = settings.get(key);
    return value === undefined || value === "null" || value === "" ? undefined : value;
  };
  const flag = (key: string, byDefault: boolean): boolean => (optional(key) ?? String(byDefault)) === "true";
  const cafile = optional("cafile");
  const cache = optional("cache");
  const config: NpmConfig = {
    registry: optional("registry") ?? "https://registry.npmjs.org/",
    strictSSL: flag("strict-ssl", true),
    offline: flag("offline", false),
    preferOffline: flag("prefer-offline", false),
    cache: join(cache ?? join(homedir(), ".npm"), "_cacache"),
    proxy: optional("proxy"),
    httpsProxy: optional("https-proxy"),
    noProxy: optional("noproxy"),
    ca: cafile === undefined ? undefined : splitCertificates(await readFile(cafile, "utf8")),
  };
  for (const [key, value] of settings) if (isCredential(key)) config[key] = value;
  return config;
}

/** Parses an `.npmrc`: `key = value` lines, with `${VARIABLE}` replaced from the environment as npm does. */
function parseNpmrc(text: string, environment: NodeJS.ProcessEnv): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?<key>[^#;=\s][^=]*?)\s*=\s*(?<value>.*?)\s*$/.exec(line)?.groups;
    if (match === undefined) continue;
    const value = (match["value"] ?? "")
      .replace(/^"(.*)"$/, "$1")
      .replace(/\$\{(\w+)\}/g, (whole, name: string) => environment[name] ?? whole);
    settings.set(match["key"] ?? "", value);
  }
  return settings;
}

function isCredential(key: string): key is `//${string}` {
  return key.startsWith("//");
}

function splitCertificates(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

async function readOptional(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw cause;
  }
}
