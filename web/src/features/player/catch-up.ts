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
  const check = () => {
    const { liveSyncPosition, latestLevelDetails: playlist, targetLatency } = hls;
    if (liveSyncPosition === null || playlist?.live !== true || targetLatency === null) return;
    const behindS = liveSyncPosition - video.currentTime;
    const isWanted = !video.paused && !video.seeking && mayCatchUp(behindS);
    if (isWanted && behindS > MOST_S) video.currentTime = liveSyncPosition;
    // One piece less than at the right distance: what comes next is due.
    const leastS = targetLatency - (playlist.partTarget || playlist.targetduration);
    hurrying = isWanted && behindS > (hurrying ? TO_S : FROM_S) && bufferedS(video) > leastS;
    video.playbackRate = hurrying ? RATE : 1;
  };
  const timer = window.setInterval(check, EVERY_MS);
  hls.once(Hls.Events.DESTROYING, () => {
    window.clearInterval(timer);
    video.playbackRate = 1;
  });
}

/** How much there is to play without a gap, in seconds. */
function bufferedS({ buffered, currentTime }: HTMLVideoElement): number {
  for (let i = 0; i < buffered.length; i += 1)
    if (buffered.start(i) <= currentTime && currentTime <= buffered.end(i)) return buffered.end(i) - currentTime;
  return 0;
}
