/** iPhones can only show the video element full screen. */
interface AppleVideo extends HTMLVideoElement {
  webkitEnterFullscreen: () => void;
}

/** Toggles full screen for `frame`, or for its video where only that works. */
export function toggleFullscreen(frame: HTMLElement | null, video: HTMLVideoElement | null): void {
  if (document.fullscreenElement !== null) {
    void document.exitFullscreen();
    return;
  }
  // Refused only without a user gesture, and a click is one.
  if (frame !== null && document.fullscreenEnabled) void frame.requestFullscreen().catch(() => undefined);
  else if (video !== null && isApple(video)) video.webkitEnterFullscreen();
}

function isApple(video: HTMLVideoElement): video is AppleVideo {
  return "webkitEnterFullscreen" in video;
}
