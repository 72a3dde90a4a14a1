import { later } from "../../messages/index.ts";
import { hasPictureInPicture } from "../../ui/picture-in-picture.ts";
import { MARK_KEYS } from "../operate/mark-keys.ts";
import type { KeyLines } from "../player/KeysDialog.tsx";

/** The keys of the live picture; `marks`: an editor's also. */
export const liveKeys = (marks: boolean): KeyLines => [
  [["K", later.keys.space], later.keys.playPause],
  [["J"], later.keys.back10],
  [["L"], later.keys.ahead10],
  [["←"], later.keys.back5],
  [["→"], later.keys.ahead5],
  [["0", "…", "9"], later.keys.part],
  [["End"], later.picture.goLive],
  [["M"], later.keys.sound],
  [["↑", "↓"], later.keys.louder],
  [["F"], later.fullScreen],
  ...(hasPictureInPicture() ? [[["P"], later.pictureInPicture] as const] : []),
  ...(marks
    ? ([
        [[MARK_KEYS.goal.toUpperCase()], later.keys.goal],
        [[MARK_KEYS.undo.toUpperCase()], later.keys.undo],
      ] as const)
    : []),
];
