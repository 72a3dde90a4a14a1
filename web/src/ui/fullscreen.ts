/** iPhones can only show the video itself on the full screen. */
interface AppleVideo extends HTMLVideoElement {
  webkitEnterFullscreen: () => void;
}

/** Shows `frame` (or, where only that works, its video) on the full screen, or goes back. */
export function toggleFullscreen(frame: HTMLElement | null, video: HTMLVideoElement | null): void {
  if (document.fullscreenElement !== null) {
    void document.exitFullscreen();
    return;
  }
  // Refused only when the viewer didn't ask for it, which a press is.
  if (frame !== null && document.fullscreenEnabled) void frame.requestFullscreen().catch(() => undefined);
  else if (video !== null && isApple(video)) video.webkitEnterFullscreen();
}

function isApple(video: HTMLVideoElement): video is AppleVideo {
  return "webkitEnterFullscreen" in video;
}
