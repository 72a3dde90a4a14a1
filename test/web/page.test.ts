import assert from "node:assert/strict";
import { SON, channel, clip } from "./fixtures.ts";
import { pageSuite } from "./page-suite.ts";
import { worlds } from "./worlds.ts";

describe("web: the page as a whole", function () {
  const { startSite, open } = pageSuite(this);

  it("has the landmarks, one first heading and a name for everything that can be pressed", async () => {
    const site = await startSite(worlds.live);
    const { page } = await open(site, { admin: true });
    await page.locator("[data-clip]").first().waitFor();
    for (const role of ["banner", "main"] as const) assert.equal(await page.getByRole(role).count(), 1, role);
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
    const nameless = await page.locator("a:not([aria-hidden]), button, input, summary").evaluateAll((elements) =>
      elements
        .filter((element) => {
          const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element.textContent;
          return (element.getAttribute("aria-label") ?? label ?? element.querySelector("img")?.alt ?? "").trim() === "";
        })
        .map(({ outerHTML }) => outerHTML),
    );
    assert.deepEqual(nameless, []);
  });

  it("says that it has stopped when it can't show something, and works again when it is reloaded", async () => {
    const site = await startSite({ channels: [channel()], people: [SON], clips: [clip(SON, 20, { start: "soon" })] });
    const { page, faults } = await open(site);
    await page.getByRole("alert").getByRole("heading", { name: "This page has stopped" }).waitFor();
    assert.match(faults.join(), /Invalid time value/);
    site.world.clips = [clip(SON, 20)];
    await page.getByRole("button", { name: "Reload the page" }).click();
    await page.locator("[data-clip]").waitFor();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has text that stands out (4.5 to 1) in the ${colorScheme}`, async () => {
      const site = await startSite(worlds.live);
      const { page } = await open(site, { admin: true, colorScheme, reducedMotion: "reduce" });
      await page.locator(".clip .similarity").first().waitFor();
      assert.deepEqual(await page.evaluate(faint), []);
      // The check itself must be able to fail.
      await page
        .locator(".clips-head h2")
        .evaluate(
          (heading, color) => heading.style.setProperty("color", color),
          colorScheme === "light" ? "#7d8581" : "#5c6560",
        );
      assert.deepEqual(
        (await page.evaluate(faint)).map((problem) => problem.split(" ").slice(0, 2).join(" ")),
        [" “Moments”"],
      );
    });
  }

  it("does not animate if the viewer prefers reduced motion", async () => {
    const site = await startSite(worlds.waiting);
    const { page } = await open(site, { reducedMotion: "reduce" });
    await page.getByRole("heading", { name: "Stand by" }).waitFor();
    const duration = await page
      .locator(".slate h2")
      .evaluate((heading) => getComputedStyle(heading, "::after").animationDuration);
    assert.ok(Number.parseFloat(duration) < 0.001, duration);
  });
});

/** Runs in the page: texts whose contrast with the plain colour behind them is below 4.5 to 1 (WCAG 2.2, 1.4.3). */
function faint(): string[] {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color: string): [number, number, number, number] => {
    if (canvas === null) return [0, 0, 0, 1];
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const luminance = ([red, green, blue]: readonly number[]): number => {
    const linear = [red ?? 0, green ?? 0, blue ?? 0].map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
  };
  /** The nearest opaque colour behind an element; null over pictures and gradients. */
  const behind = (element: Element | null): readonly number[] | null => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor, backgroundImage } = getComputedStyle(at);
      const color = rgba(backgroundColor);
      if (color[3] > 0.99) return color;
      if (color[3] > 0 || (backgroundImage !== "none" && !at.matches(".stage"))) return null;
      // The stage's gradient: its lighter end is the harder one for light text.
      if (at.matches(".stage")) return [16, 28, 23];
    }
    return null;
  };

  const problems: string[] = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== "",
    );
    if (
      !own ||
      element.closest(".visually-hidden, noscript, :disabled, .live-frame") !== null ||
      !element.checkVisibility()
    )
      continue;
    const ground = behind(element);
    if (ground === null) continue;
    const [lighter = 0, darker = 0] = [luminance(rgba(getComputedStyle(element).color)), luminance(ground)].toSorted(
      (a, b) => b - a,
    );
    const ratio = (lighter + 0.05) / (darker + 0.05);
    if (ratio < 4.5) problems.push(`${element.className} “${element.textContent}” ${ratio.toFixed(2)}`);
  }
  return problems;
}
