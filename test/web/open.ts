import assert from "node:assert/strict";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { TOKEN } from "./fixtures.ts";
import type { Call, Site } from "./site.ts";

/** A page of the site, and everything that went wrong on it. */
export interface Opened {
  page: Page;
  /** Uncaught errors and breaches of the content security policy. */
  faults: string[];
  close: () => Promise<void>;
}

/** Opens the site like a viewer, or by the admin's link. */
export async function open(
  browser: Browser,
  site: Site,
  options: BrowserContextOptions & { path?: string; admin?: boolean } = {},
): Promise<Opened> {
  const { path = "/", admin = false, ...context } = options;
  const opened = await browser.newContext({
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1280, height: 800 },
    ...context,
  });
  const page = await opened.newPage();
  page.setDefaultTimeout(10_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) faults.push(message.text());
  });
  await page.goto(`${site.url}${path}${admin ? `#admin=${TOKEN}` : ""}`);
  return { page, faults, close: () => opened.close() };
}

/** Waits until the page has made a call like `"POST /channels/main/start"`; answers the newest. */
export async function called(site: Site, name: string): Promise<Call> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const call = site.calls.findLast(({ method, path }) => `${method} ${path}` === name);
    if (call !== undefined) return call;
    assert.ok(Date.now() < deadline, `The page never called ${name}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
