import type { Page } from "playwright-core";

/** The pictures that a page has shown. Times are epoch milliseconds. */
export interface SeenPictures {
  /** `stampedAt`: the wall clock burned into the picture when it was sent; `shownAt`: when it was shown. */
  pictures: { stampedAt: number; shownAt: number }[];
  /** Pictures with an unreadable clock. */
  unreadable: number;
  /** How often playback stalled. */
  stalls: number;
}

/**
 * Runs in the page: reads the clock (see `local/media/publisher/clock-code.ts`) from the live video's pictures, at most
 * ten times a second to keep the overhead small.
 */
const watcher = `(() => {
  const seen = { pictures: [], unreadable: 0, stalls: 0 };
  Object.defineProperty(window, "seenPictures", { value: seen });
  const everyMs = 100;
  const cell = 10;
  const canvas = new OffscreenCanvas(16 * cell, 3 * cell);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const readClock = (video) => {
    const [width, height] = [video.videoWidth / 2, (video.videoWidth * 3) / 32];
    context.drawImage(video, 0, 0, width, height, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let value = 0;
    for (let bit = 47; bit >= 0; bit--) {
      const x = ((bit % 16) + 0.5) * cell;
      const y = (Math.floor(bit / 16) + 0.5) * cell;
      // Green is nearest to the brightness that the clock is written in, whatever the picture's colour.
      value = value * 2 + (data[(y * canvas.width + x) * 4 + 1] > 128 ? 1 : 0);
    }
    return value;
  };
  let readAt = 0;
  const watch = (video) => {
    video.addEventListener("waiting", () => { if (seen.pictures.length > 0) seen.stalls += 1; });
    const onPicture = (now, { expectedDisplayTime }) => {
      video.requestVideoFrameCallback(onPicture);
      if (now - readAt < everyMs) return;
      readAt = now;
      const shownAt = performance.timeOrigin + expectedDisplayTime;
      const stampedAt = readClock(video);
      if (stampedAt <= shownAt && shownAt - stampedAt < 60000) seen.pictures.push({ stampedAt, shownAt });
      else seen.unreadable += 1;
    };
    video.requestVideoFrameCallback(onPicture);
  };
  const watched = new WeakSet();
  setInterval(() => {
    for (const video of document.querySelectorAll("video")) {
      if (watched.has(video)) continue;
      watched.add(video);
      watch(video);
    }
  }, 20);
})()`;

/** Records the pictures of every page that this tab opens from now on. */
export async function watchPictures(page: Page): Promise<void> {
  await page.addInitScript(watcher);
}

/** The pictures recorded since the tab's current page was opened. */
export async function seenPictures(page: Page): Promise<SeenPictures> {
  return page.evaluate<SeenPictures>("window.seenPictures");
}
