import Hls from "hls.js";

/** How much faster a viewer who has fallen behind catches up; sound keeps its pitch. */
const RATE = 1.1;
/** Further behind than this, in seconds, a viewer skips what they missed instead. */
const MOST_S = 10;
/** As near to where they should be, in seconds, as is worth hurrying for, and near enough to stop. */
const FROM_S = 0.1;
const TO_S = 0.01;
const EVERY_MS = 250;

/**
 * Brings a viewer of a live stream back to where a new one would be, whenever they fall behind: because of a hiccup of
 * the network, or of a busy machine. hls.js does so only up to a second or two, and only while more than a second is
 * buffered, which is more than there is at the distance that low-latency playlists ask for.
 *
 * @param mayCatchUp whether a viewer who is so far behind, in seconds, isn't there by choice.
 */
export function keepCatchingUp(hls: Hls, video: HTMLVideoElement, mayCatchUp: (behindS: number) => boolean): void {
  let hurrying = false;
  const hurry = (wanted: boolean) => {
    // The viewer's own speed, as some browsers offer one, is left alone.
    if (wanted !== hurrying) video.playbackRate = wanted ? RATE : 1;
    hurrying = wanted;
  };

  /** Skips what is too much to catch up with; answers whether to hurry. */
  const check = (): boolean => {
    const { liveSyncPosition: position, latestLevelDetails: playlist, targetLatency } = hls;
    if (position === null || targetLatency === null || playlist?.live !== true) return false;
    const behindS = position - video.currentTime;
    if (video.paused || video.seeking || !mayCatchUp(behindS)) return false;
    if (behindS > MOST_S) video.currentTime = position;
    // One piece less than at the right distance: what comes next is due.
    const leastS = targetLatency - (playlist.partTarget || playlist.targetduration);
    return behindS > (hurrying ? TO_S : FROM_S) && bufferedS(video) > leastS;
  };

  const timer = window.setInterval(() => hurry(check()), EVERY_MS);
  hls.once(Hls.Events.DESTROYING, () => {
    window.clearInterval(timer);
    hurry(false);
  });
}

/** How much there is to play without a gap, in seconds. */
function bufferedS({ buffered, currentTime }: HTMLVideoElement): number {
  for (let i = 0; i < buffered.length; i += 1)
    if (buffered.start(i) <= currentTime && currentTime <= buffered.end(i)) return buffered.end(i) - currentTime;
  return 0;
}
