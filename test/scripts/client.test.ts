import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeClient } from "../../scripts/write-client.ts";

describe("the typed client", () => {
  it("is what the API's document says now", async () => {
    const folder = await mkdtemp(join(tmpdir(), "client-"));
    try {
      await writeClient(folder);
      const committed = join(import.meta.dirname, "../../client");
      const files = async (of: string): Promise<string[]> =>
        (await readdir(of, { recursive: true })).filter((file) => file.endsWith(".ts")).sort();
      assert.deepEqual(await files(committed), await files(folder));
      for (const file of await files(folder))
        assert.equal(
          await readFile(join(committed, file), "utf8"),
          await readFile(join(folder, file), "utf8"),
          `client/${file} is out of date: run npm run client.`,
        );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
