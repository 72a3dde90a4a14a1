import assert from "node:assert/strict";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { TOKEN } from "./fixtures.ts";
import { type Call, type Site, type World, startSite } from "./site.ts";

/** A page of the site, and everything that went wrong on it. */
export interface Opened {
  page: Page;
  /** Uncaught errors and breaches of the content security policy. */
  faults: string[];
  /** For a test that has to see the page gone before it ends. */
  close: () => Promise<void>;
}

/** What the tests of a page suite start. All of it is closed after each test. */
export interface PageSuite {
  startSite: (world?: Partial<World>) => Promise<Site>;
  /** Opens the site like a viewer, or by the admin's link. */
  open: (site: Site, options?: OpenOptions) => Promise<Opened>;
}

type OpenOptions = BrowserContextOptions & {
  path?: string;
  admin?: boolean;
  /** Whether the page gets a clock that the test can advance: `page.clock`. */
  clock?: boolean;
};

/** Gives the suite one browser for all its tests, and the time that pages need. Call it first in `describe`. */
export function pageSuite(suite: Mocha.Suite): PageSuite {
  suite.timeout(60_000);
  let browser: Browser;
  let started: { close: () => Promise<void> }[] = [];

  before(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    const closing = started.toReversed();
    started = [];
    for (const one of closing) await one.close();
  });
  after(() => browser.close());

  const closedAfterTest = <One extends { close: () => Promise<void> }>(one: One): One => {
    started.push(one);
    return one;
  };
  return {
    startSite: async (world) => closedAfterTest(await startSite(world)),
    open: async (site, options = {}) => closedAfterTest(await open(browser, site, options)),
  };
}

async function open(browser: Browser, site: Site, options: OpenOptions): Promise<Opened> {
  const { path = "/", admin = false, clock = false, ...context } = options;
  const opened = await browser.newContext({
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1280, height: 800 },
    ...context,
  });
  const page = await opened.newPage();
  page.setDefaultTimeout(10_000);
  if (clock) await page.clock.install();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) faults.push(message.text());
  });
  await page.goto(`${site.url}${path}${admin ? `#admin=${TOKEN}` : ""}`);
  return { page, faults, close: () => opened.close() };
}

/** Waits until the page has made a call like `"POST /channels/main/start"`; returns the newest. */
export async function called(site: Site, name: string): Promise<Call> {
  return await until(
    () => site.calls.findLast(({ method, path }) => `${method} ${path}` === name),
    `The page never called ${name}.`,
  );
}

/** Waits until screen readers are told exactly this sentence. */
export async function announced(page: Page, sentence: string): Promise<void> {
  await page.locator("[data-announcer]").getByText(sentence, { exact: true }).waitFor({ state: "attached" });
}

/** Waits until `found` answers something that holds. */
export async function until<Found>(
  found: () => Found | undefined | false | Promise<Found | undefined | false>,
  otherwise = "It never happened.",
): Promise<Found> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const value = await found();
    if (value !== undefined && value !== false) return value;
    assert.ok(Date.now() < deadline, otherwise);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What has the focus, by its name or text; `BODY` when it has been lost. */
export async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return "BODY";
    return (element.getAttribute("aria-label") ?? element.textContent).trim();
  });
}
