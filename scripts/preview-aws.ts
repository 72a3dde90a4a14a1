import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * `npm run preview:aws -- --stack dev [options of pulumi preview]`: `pulumi preview` of this program against AWS, where
 * the `pulumi` command is installed. If you are logged in to a Pulumi backend, it compares with what is deployed there;
 * otherwise with nothing, in a file backend in `.cache` that needs no login and no passphrase. It restores the stack's
 * settings file if pulumi changes it.
 */
const root = join(import.meta.dirname, "..");
const options = process.argv.slice(2);
const stack = stackOf(options) ?? "dev";

function pulumi(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  stdio: "inherit" | "ignore",
): SpawnSyncReturns<Buffer> {
  return spawnSync("pulumi", args, {
    cwd: root,
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...environment },
    stdio,
  });
}

function stackOf(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === "--stack" || arg === "-s");
  return at >= 0 ? args[at + 1] : args.find((arg) => arg.startsWith("--stack="))?.slice("--stack=".length);
}

function main(): number {
  if (pulumi(["version"], {}, "ignore").error !== undefined) {
    console.error(
      "The pulumi command is not installed: see https://www.pulumi.com/docs/iac/download-install/. " +
        '"npm run preview -- --stack dev" lists what the stack would create without it and without an AWS account.',
    );
    return 1;
  }
  const settings = join(root, `Pulumi.${stack}.yaml`);
  const before = existsSync(settings) ? readFileSync(settings) : undefined;
  try {
    let environment: NodeJS.ProcessEnv = {};
    if (pulumi(["whoami", "--non-interactive"], {}, "ignore").status !== 0) {
      const backend = join(root, ".cache", "pulumi");
      mkdirSync(backend, { recursive: true });
      environment = {
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: process.env["PULUMI_CONFIG_PASSPHRASE"] ?? "",
      };
      console.error(
        "Not logged in to Pulumi, so this compares with nothing. Run pulumi login to compare with what is deployed.",
      );
      const { status } = pulumi(["stack", "select", stack, "--create", "--non-interactive"], environment, "inherit");
      if (status !== 0) return status ?? 1;
    }
    const named = stackOf(options) === undefined ? ["--stack", stack] : [];
    return pulumi(["preview", "--diff", ...named, ...options], environment, "inherit").status ?? 1;
  } finally {
    if (before !== undefined && !before.equals(readFileSync(settings))) writeFileSync(settings, before);
  }
}

process.exitCode = main();
