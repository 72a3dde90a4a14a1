import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processTree, treeCpuSeconds, treeMemory } from "../../bench/process-tree.ts";

describe("the benchmark's process tree", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "spotlight-"));
    writeFileSync(
      join(folder, "hungry.mjs"),
      `
      globalThis.held = Buffer.alloc(64e6, 1);
      for (const end = process.cpuUsage().user + 300e3; process.cpuUsage().user < end; );
      process.send("held");
      process.on("message", () => process.exit());
    `,
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  it("includes a child's memory and CPU time, and keeps its CPU time after it has ended", async () => {
    const before = treeCpuSeconds(process.pid);
    const child = fork(join(folder, "hungry.mjs"));
    try {
      await once(child, "message");
      assert.equal(processTree(process.pid).find(({ pid }) => pid === child.pid)?.parent, process.pid);
      const bytes = treeMemory(process.pid).find(({ name }) => name.endsWith("/hungry.mjs"))?.bytes ?? 0;
      assert.ok(bytes > 64e6 && bytes < 200e6, `${bytes} bytes`);
      const running = treeCpuSeconds(process.pid) - before;
      assert.ok(running >= 0.3, `${running} s`);
      const exited = once(child, "exit");
      child.send("end");
      await exited;
      assert.equal(
        processTree(process.pid).some(({ pid }) => pid === child.pid),
        false,
      );
      assert.ok(treeCpuSeconds(process.pid) - before >= running);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
