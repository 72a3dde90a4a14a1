import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";

/** A Pulumi project and one stack's configuration, in the form that the runner expects. */
export interface Project {
  name: string;
  /** Absolute path of the program's entry file. */
  program: string;
  root: string;
  /** Text by `namespace:key`; objects as JSON. */
  config: Record<string, string>;
}

/** A stack or setting that the project doesn't have; `message` lists those that exist. */
export class UnknownSetting extends Error {
  override readonly name = "UnknownSetting";
}

interface ConfigDeclaration {
  default?: unknown;
  value?: unknown;
}

/**
 * Reads `Pulumi.yaml` and `Pulumi.STACK.yaml` from `root` and applies `overrides`. Merges the defaults that
 * `Pulumi.yaml` declares, as Pulumi's own CLI does before it starts the runner.
 *
 * @throws {UnknownSetting} for a stack or setting that the project doesn't have
 */
export async function readProject(root: string, stack: string, overrides: readonly string[] = []): Promise<Project> {
  const project = await readYaml(join(root, "Pulumi.yaml"));
  const name = String(project["name"]);
  const stacks = await stacksOf(root);
  if (!stacks.includes(stack))
    throw new UnknownSetting(
      `Unknown stack "${stack}": Pulumi.${stack}.yaml does not exist. The stacks are ${stacks.join(", ")}.`,
    );
  const settings = await readYaml(join(root, `Pulumi.${stack}.yaml`));
  const qualify = (key: string): string => (key.includes(":") ? key : `${name}:${key}`);
  const config: Record<string, string> = {};
  for (const [key, declaration] of Object.entries((project["config"] ?? {}) as Record<string, unknown>)) {
    const value = isDeclaration(declaration) ? (declaration.value ?? declaration.default) : declaration;
    if (value !== undefined) config[qualify(key)] = asText(value);
  }
  for (const [key, value] of Object.entries((settings["config"] ?? {}) as Record<string, unknown>)) {
    if (typeof value === "object" && value !== null && "secure" in value) {
      throw new Error(
        `Pulumi.${stack}.yaml: ${key} is encrypted, and the local engine can't decrypt it. Set it with ` +
          `--config ${key}=VALUE.`,
      );
    }
    config[qualify(key)] = asText(value);
  }
  const known = new Set(Object.keys(project["config"] ?? {}).map(qualify));
  for (const override of overrides) {
    const equals = override.indexOf("=");
    if (equals < 1)
      throw new UnknownSetting(`--config must be key=value, such as rolloverSeconds=10; got "${override}".`);
    const key = qualify(override.slice(0, equals));
    if (key.startsWith(`${name}:`) && !known.has(key)) {
      throw new UnknownSetting(
        `--config ${override}: unknown setting "${key.slice(name.length + 1)}". Pulumi.yaml declares: ` +
          `${[...known].map((item) => item.slice(name.length + 1)).join(", ")}.`,
      );
    }
    config[key] = override.slice(equals + 1);
  }
  const main = typeof project["main"] === "string" ? project["main"] : "index.ts";
  return { name, root, program: join(root, main), config };
}

async function stacksOf(root: string): Promise<string[]> {
  return (await readdir(root)).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}

async function readYaml(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new Error(`${file} can't be read: is this the project's folder?`, { cause });
  }
  try {
    return (parse(text) ?? {}) as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`${file} is not valid YAML: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function isDeclaration(value: unknown): value is ConfigDeclaration {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    ["type", "default", "value", "description"].some((key) => key in value)
  );
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
