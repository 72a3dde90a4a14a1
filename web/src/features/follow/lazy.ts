import { lazyComponent } from "../../ui/lazy.tsx";

/** The faces of a picture are loaded when an editor asks who it is. */
export const PictureFaces = lazyComponent(async () => (await import("./PictureFaces.tsx")).PictureFaces);
