import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../support/spotlight.ts";

const root = join(import.meta.dirname, "../../..");

interface Run {
  child: ChildProcess;
  text(): string;
  ended: Promise<{ code: number | null; text: string }>;
}

/** Starts Spotlight as npm start does, in a process group of its own. */
function run(argv: readonly string[], program = "local/cli/main.ts"): Run {
  const child = spawn(process.execPath, ["--import", "./local/cli/node.js", program, ...argv], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => (text += bytes.toString("utf8")));
  return {
    child,
    text: () => text,
    ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, text: text.trim() }))),
  };
}

/** Asks for a page under a name. */
function get(url: URL, host: string): Promise<{ status: number | undefined; type: string | undefined }> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, type: response.headers["content-type"] });
    })
      .on("error", reject)
      .end();
  });
}

/** Returns the processes of the process group, except zombies. */
function members(group: number): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      // "PID (NAME) STATE PPID PGRP …"; the name may contain parentheses.
      const [state, , pgrp] = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      return Number(pgrp) === group && state !== "Z";
    } catch {
      // The process ended in the meantime.
      return false;
    }
  });
}

describe("npm start in edge cases", function () {
  this.timeout(60_000);
  let parent: string;
  let data: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "spotlight-main-"));
    data = join(parent, "data");
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  const anyPort = ["--port", "0", "--rtmp-port", "0"];
  const fails = async (argv: readonly string[], code: number, message: RegExp | string): Promise<void> => {
    const result = await run([...argv, "--data", data]).ended;
    if (typeof message === "string") assert.equal(result.text, message);
    else assert.match(result.text, message);
    assert.equal(result.code, code);
    // No lock, no outputs, no partial files.
    for (const name of ["lock", "outputs.json", "aws.env"]) assert.equal(existsSync(join(data, name)), false, name);
  };

  it("says what is wrong with the command line, and exits with 2", async () => {
    await Promise.all([
      fails(["--port", "x"], 2, '--port must be a port number from 0 to 65535; got "x".'),
      fails(
        ["--stack", "nowhere"],
        2,
        /^Unknown stack "nowhere": Pulumi\.nowhere\.yaml does not exist\. The stacks are dev, local\.$/,
      ),
      fails(
        ["--config", "rolloverSeconds"],
        2,
        '--config must be key=value, such as rolloverSeconds=10; got "rolloverSeconds".',
      ),
    ]);
    await fails(
      ["--config", "rollover=10"],
      2,
      /^--config rollover=10: unknown setting "rollover"\. Pulumi\.yaml declares: channels, /,
    );
  });

  it("says what is wrong with the configuration, and exits with 1", async () => {
    await fails(
      [...anyPort, "--config", "rolloverSeconds=7"],
      1,
      new RegExp(
        "\n\nConfiguration value spotlight:rolloverSeconds must be even, " +
          "because recordings become segments of 2 seconds; got 7\\.$",
      ),
    );
  });

  it("names the port that is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      await fails(
        ["--port", String(port), "--rtmp-port", "0"],
        1,
        new RegExp(`\\n\\nPort ${port} on 127\\.0\\.0\\.1 is in use: choose another with --port\\.$`),
      );
      await fails(
        ["--port", "0", "--rtmp-port", String(port)],
        1,
        new RegExp(`\\n\\n[^\\n]*port ${port}[^\\n]*in use[^\\n]*--rtmp-port[^\\n]*$`, "i"),
      );
    } finally {
      server.close();
    }
  });

  it("names a data folder that can't be used, with the reason", async () => {
    writeFileSync(join(parent, "file"), "");
    for (const [folder, why] of [
      [join(parent, "file", "data"), "part of the path is a file"],
      [join(parent, "file"), "it is a file"],
    ] as const) {
      const { code, text } = await run(["--data", folder]).ended;
      assert.equal(text, `The data folder ${folder} cannot be used: ${why}. Choose another with --data.`);
      assert.equal(code, 1);
    }
  });

  it("stops everything if the disk is full at the very end of the start", async () => {
    mkdirSync(data);
    // /dev/full is Linux's own full disk: every write to it fails with ENOSPC.
    symlinkSync("/dev/full", join(data, "outputs.json.new"));
    const full = run([...anyPort, "--data", data]);
    const { code, text } = await full.ended;
    assert.match(
      text,
      new RegExp(
        "\n\nThe disk is full: free some space, or choose a folder on another disk with --data\\. " +
          "Existing data is intact\\. \\(ENOSPC: no space left on device, write\\)$",
      ),
    );
    assert.equal(code, 1);
    assert.deepEqual(members(full.child.pid!), []);
    for (const name of ["lock", "outputs.json", "aws.env"]) assert.equal(existsSync(join(data, name)), false, name);
  });

  it("rejects a second Spotlight on the same folder, keeps the first running, and stops within 5 s", async () => {
    const first = run([...anyPort, "--data", data]);
    await until(() => existsSync(join(data, "outputs.json")) || first.child.exitCode !== null, {
      within: 50_000,
      what: () => first.text(),
    });
    const second = await run([...anyPort, "--data", data]).ended;
    assert.equal(
      second.text,
      `${data} is in use by another Spotlight (process ${first.child.pid}): stop that process or choose ` +
        "another folder with --data.",
    );
    assert.equal(second.code, 1);
    const outputs = JSON.parse(readFileSync(join(data, "outputs.json"), "utf8")) as Record<string, unknown>;
    assert.equal(outputs["pid"], first.child.pid);

    await until(() => first.text().includes("Spotlight is ready"), { within: 5000, what: () => first.text() });
    for (const secret of ["adminToken", "streamKey"])
      assert.equal(first.text().includes(String(outputs[secret])), false, `a log would have the ${secret}`);
    const readable = readdirSync(data, { recursive: true, encoding: "utf8" }).filter(
      (name) => (statSync(join(data, name)).mode & 0o077) !== 0,
    );
    assert.deepEqual(readable, []);
    const page = new URL(String(outputs["pageUrl"]));
    assert.deepEqual(await get(page, page.host), { status: 200, type: "text/html; charset=utf-8" });
    assert.deepEqual(await get(page, "evil.example"), { status: 421, type: "text/plain; charset=utf-8" });

    // Whoever read its output leaves; it still says that it stops.
    first.child.stdout?.destroy();
    first.child.stderr?.destroy();
    const begun = performance.now();
    // Ctrl-C reaches every process of the terminal's group.
    process.kill(-first.child.pid!, "SIGINT");
    assert.equal((await first.ended).code, 0, first.text());
    assert.ok(performance.now() - begun < 5000, `${performance.now() - begun} ms`);
    assert.deepEqual(members(first.child.pid!), []);
    for (const name of ["lock", "outputs.json", "aws.env"]) assert.equal(existsSync(join(data, name)), false, name);
  });

  it("stops at any point of its start, also when its terminal is closed", async () => {
    for (const [moment, signal] of [
      [/starting services/, "SIGTERM"],
      [/Provisioning/, "SIGHUP"],
    ] as const) {
      const starting = run([...anyPort, "--data", data]);
      await until(() => moment.test(starting.text()) || starting.child.exitCode !== null, {
        within: 50_000,
        what: () => starting.text(),
      });
      const begun = performance.now();
      starting.child.kill(signal);
      const { code, text } = await starting.ended;
      assert.equal(code, 0, text);
      assert.ok(performance.now() - begun < 5000, `${performance.now() - begun} ms`);
      assert.deepEqual(members(starting.child.pid!), []);
      assert.equal(existsSync(join(data, "lock")), false);
    }
  });
});
