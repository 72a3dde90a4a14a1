import { messages } from "../../messages/index.ts";
import { hasPictureInPicture } from "../../ui/picture-in-picture.ts";
import { MARK_KEYS } from "../operate/mark-keys.ts";
import type { KeyLines } from "../player/KeysDialog.tsx";

/** The keys of the live picture; `marks`: an editor's also. */
export const liveKeys = (marks: boolean): KeyLines => [
  [["K", messages.keys.space], messages.keys.playPause],
  [["J"], messages.keys.back10],
  [["L"], messages.keys.ahead10],
  [["←"], messages.keys.back5],
  [["→"], messages.keys.ahead5],
  [["0", "…", "9"], messages.keys.part],
  [["End"], messages.picture.goLive],
  [["M"], messages.keys.sound],
  [["F"], messages.fullScreen],
  ...(hasPictureInPicture() ? [[["P"], messages.pictureInPicture] as const] : []),
  ...(marks
    ? ([
        [[MARK_KEYS.goal.toUpperCase()], messages.keys.goal],
        [[MARK_KEYS.undo.toUpperCase()], messages.keys.undo],
      ] as const)
    : []),
];
