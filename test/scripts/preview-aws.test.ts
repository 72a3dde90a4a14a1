import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const project = join(import.meta.dirname, "..", "..");

describe("npm run preview:aws", () => {
  let root: string;
  let commands: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "preview-aws-"));
    commands = join(root, "bin");
    mkdirSync(commands);
    mkdirSync(join(root, "scripts"));
    cpSync(join(project, "scripts", "preview-aws.ts"), join(root, "scripts", "preview-aws.ts"));
    writeFileSync(join(root, "package.json"), '{"type":"module"}');
    writeFileSync(join(root, "Pulumi.dev.yaml"), "config: {}\n");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /**
   * Installs a `pulumi` that logs its calls, writes a salt to the stack's settings as the real one does, and previews
   * with exit code 3.
   */
  function install(loggedIn: boolean): void {
    const file = join(commands, "pulumi");
    writeFileSync(
      file,
      `#!/bin/sh
echo "$* backend=$PULUMI_BACKEND_URL passphrase=\${PULUMI_CONFIG_PASSPHRASE-unset}" >> ${root}/calls
case "$1" in
  whoami) exit ${loggedIn ? 0 : 255} ;;
  stack) echo "encryptionsalt: v1:x" >> ${root}/Pulumi.dev.yaml ;;
  preview) echo "previewed"; exit 3 ;;
esac
`,
    );
    chmodSync(file, 0o755);
  }

  function run(...argv: string[]): { status: number | null; stdout: string; stderr: string } {
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      PATH: `${commands}:/usr/bin:/bin`,
      PULUMI_BACKEND_URL: undefined,
      PULUMI_CONFIG_PASSPHRASE: undefined,
    };
    return spawnSync(process.execPath, [join(root, "scripts", "preview-aws.ts"), ...argv], {
      env: environment,
      encoding: "utf8",
    });
  }
  const calls = (): string[] => readFileSync(join(root, "calls"), "utf8").trim().split("\n");

  it("says how to install pulumi and what works without it", () => {
    const { status, stdout, stderr } = run("--stack", "dev");
    assert.deepEqual([status, stdout], [1, ""]);
    assert.equal(
      stderr,
      "The pulumi command is not installed: see https://www.pulumi.com/docs/iac/download-install/. " +
        '"npm run preview -- --stack dev" lists what the stack would create without it and without an AWS account.\n',
    );
  });

  it("uses an existing login, and exits with pulumi's code", () => {
    install(true);
    const { status, stdout, stderr } = run("--stack", "dev", "--config", "rolloverSeconds=20");
    assert.deepEqual([status, stdout, stderr], [3, "previewed\n", ""]);
    assert.deepEqual(calls(), [
      "version backend= passphrase=unset",
      "whoami --non-interactive backend= passphrase=unset",
      "preview --diff --stack dev --config rolloverSeconds=20 backend= passphrase=unset",
    ]);
  });

  it("needs no login: it uses a file backend in .cache, and keeps the stack's settings", () => {
    install(false);
    const { status, stderr } = run();
    assert.equal(status, 3);
    assert.match(stderr, /^Not logged in to Pulumi, so this compares with nothing\./);
    const backend = `backend=file://${join(root, ".cache", "pulumi")} passphrase=`;
    assert.deepEqual(calls().slice(2), [
      `stack select dev --create --non-interactive ${backend}`,
      `preview --diff --stack dev ${backend}`,
    ]);
    assert.equal(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8"), "config: {}\n");
  });
});
