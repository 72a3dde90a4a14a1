import { later } from "../../messages/index.ts";
import { hasPictureInPicture, togglePictureInPicture } from "../../ui/picture-in-picture.ts";
import type { Shortcuts } from "../../ui/shortcuts.ts";
import type { KeyLines } from "../player/KeysDialog.tsx";
import type { Playback } from "../player/use-playback.ts";
import { REVIEW_KEYS } from "./review-keys.ts";

/** Of 25 pictures a second, in milliseconds. */
const PICTURE_MS = 40;

/** What keys do in every player of moments, besides leading from one moment to another. */
export function playerShortcuts(
  playback: Omit<Playback, "index">,
  video: HTMLVideoElement | null,
  mute: () => void,
): Shortcuts {
  const { phase, positionMs, seek, toggle } = playback;
  const step = (ms: number) => {
    if (phase === "playing") toggle();
    seek(positionMs + ms);
  };
  return {
    " ": toggle,
    k: toggle,
    j: () => seek(positionMs - 10_000),
    l: () => seek(positionMs + 10_000),
    ",": () => step(-PICTURE_MS),
    ".": () => step(PICTURE_MS),
    r: playback.replay,
    m: mute,
    p: () => togglePictureInPicture(video),
  };
}

/** The keys of a player of moments; `review`: an editor's also. */
export function momentKeys(labels: { previous: string; next: string }, review: boolean): KeyLines {
  const { keys, moment } = later;
  return [
    [["K", keys.space], keys.playPause],
    [["←"], labels.previous],
    [["→"], labels.next],
    [["J"], keys.back10],
    [["L"], keys.ahead10],
    [[","], keys.frameBack],
    [["."], keys.frameAhead],
    [["R"], moment.replay],
    [["M"], keys.sound],
    [["F"], later.fullScreen],
    ...(hasPictureInPicture() ? [[["P"], later.pictureInPicture] as const] : []),
    ...(review
      ? ([
          [[REVIEW_KEYS.confirm.toUpperCase()], moment.confirm],
          [[REVIEW_KEYS.reject.toUpperCase()], moment.reject],
          [[REVIEW_KEYS.someoneElse.toUpperCase()], moment.someoneElse],
          [[REVIEW_KEYS.undo.toUpperCase()], keys.undo],
        ] as const)
      : []),
  ];
}
