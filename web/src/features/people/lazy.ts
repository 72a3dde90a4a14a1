import { lazyComponent } from "../../ui/lazy.tsx";

const editing = () => import("./editing.ts");

/** The dialogs of the watch list, and dropping photos on it, are for editors: viewers never load them. */
export const PersonDialog = lazyComponent(async () => (await editing()).PersonDialog);
export const WatchListDialog = lazyComponent(async () => (await editing()).WatchListDialog);
export const PhotoDrop = lazyComponent(async () => (await editing()).PhotoDrop);
