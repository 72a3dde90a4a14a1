import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { lowerPriority } from "../../scripts/lower-priority.ts";

describe("lowering a process's priority", () => {
  it("concerns its session, too, where Linux shares out the processor among sessions", async () => {
    const children = [7, 11].map((nice) => ({
      nice,
      child: spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { detached: true, stdio: "ignore" }),
    }));
    try {
      // At once: the kernel refuses the second change until a tenth of a second has passed.
      await Promise.all(children.map(({ child, nice }) => lowerPriority(child.pid!, nice)));
      for (const { child, nice } of children) {
        assert.equal(getPriority(child.pid), nice);
        const session = `/proc/${child.pid}/autogroup`;
        if (existsSync(session)) assert.match(readFileSync(session, "utf8"), new RegExp(`nice ${nice}\n`));
      }
    } finally {
      for (const { child } of children) child.kill();
    }
  });

  it("ignores a process that has ended", async () => {
    const child = spawn(process.execPath, ["-e", ""], { detached: true, stdio: "ignore" });
    await once(child, "exit");
    await lowerPriority(child.pid!, 5);
  });
});
