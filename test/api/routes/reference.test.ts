import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../support/browser.ts";
import { startHarness, type Harness } from "../support/harness.ts";

describe("the reference page of the API", function () {
  this.timeout(60_000);
  let harness: Harness;
  let browser: Browser;
  let address: string;
  before(async () => {
    harness = await startHarness();
    address = await harness.app.listen({ host: "127.0.0.1", port: 0 });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    await harness.stop();
  });

  it("shows every call of the document and every schema, and opens what a link leads to", async () => {
    const document = (await harness.app.inject("/api/openapi.json")).json<{
      paths: Record<string, Record<string, { operationId: string }>>;
      components: { schemas: Record<string, unknown> };
    }>();
    const page = await browser.newPage();
    await page.goto(`${address}/api/docs`);
    const calls = Object.values(document.paths).flatMap((path) => Object.values(path).map((call) => call.operationId));
    const names = [...calls, ...Object.keys(document.components.schemas).map((name) => `schema-${name}`)];
    const ids = await page.evaluate<string[]>("[...document.querySelectorAll('[id]')].map(({ id }) => id)");
    assert.deepEqual([...ids].sort(), [...names].sort());
    assert.equal(await page.locator("#createPerson").isVisible(), false);
    await page.getByRole("link", { name: "POST /api/people", exact: true }).click();
    await page.locator("details[open]").getByText("Add a person to the watch list").waitFor();
    await page.locator("details[open]").getByRole("link", { name: "Person", exact: true }).first().click();
    await page.getByText("The celebrity to recognise without photos.").waitFor();
    await page.close();
  });

  it("needs no script and no style inside, and fits 320 pixels", async () => {
    const { body, headers } = await harness.app.inject("/api/docs");
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    assert.doesNotMatch(body, /<script|<style|style=|\son\w+=/);
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
    const page = await context.newPage();
    await page.goto(`${address}/api/docs#listClips`);
    await page.getByText("All filters must hold; of several people, any.").waitFor();
    await context.close();
    const narrow = await browser.newPage({ viewport: { width: 320, height: 640 } });
    await narrow.goto(`${address}/api/docs#listClips`);
    assert.equal(await narrow.evaluate("document.documentElement.scrollWidth"), 320);
    await narrow.close();
  });
});
