import { lazyComponent } from "../../ui/lazy.tsx";

/** The dialogs of the watch list are for editors: viewers never load them. */
export const PersonDialog = lazyComponent(async () => (await import("./PersonDialog.tsx")).PersonDialog);
export const WatchListDialog = lazyComponent(async () => (await import("./WatchListDialog.tsx")).WatchListDialog);
