import type { Page } from "playwright-core";

/** In pixels; 305 is 320 with a scroll bar that takes room. */
export const WIDTHS = [305, 320, 360, 390, 768, 1280, 3840];

/** Where the page or an open dialog is wider than its room, over all widths and both themes. */
export async function misfits(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const wide = await page.evaluate(() => {
        const dialogs = [...document.querySelectorAll("dialog[open]")];
        // These cut off what is too wide.
        const parts = document.querySelectorAll(".live-screen, .clips");
        const outside = dialogs.filter((dialog) => {
          const { left, right } = dialog.getBoundingClientRect();
          return left < 0 || right > document.documentElement.clientWidth;
        });
        return [
          ...[document.documentElement, ...parts, ...dialogs].filter(
            ({ scrollWidth, clientWidth }) => scrollWidth !== clientWidth,
          ),
          ...outside,
        ].map(({ tagName, scrollWidth, clientWidth }) => `${tagName} ${scrollWidth} in ${clientWidth}`);
      });
      found.push(...wide.map((problem) => `${problem} at ${width} pixels, ${colorScheme}`));
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  return found;
}
