/** Whether the browser can show a video in a window of its own, over other programs. */
export const hasPictureInPicture = (): boolean => document.pictureInPictureEnabled;

/** Shows the video in a window of its own, or back in the page. */
export function togglePictureInPicture(video: HTMLVideoElement | null): void {
  if (document.pictureInPictureElement !== null) void document.exitPictureInPicture();
  // Refused before there is a picture.
  else void video?.requestPictureInPicture().catch(() => undefined);
}
