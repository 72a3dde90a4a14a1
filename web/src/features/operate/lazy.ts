import { lazyComponent } from "../../ui/lazy.tsx";

/** What editors look after: viewers never load it. */
export const RecordingsDialog = lazyComponent(async () => (await import("./RecordingsDialog.tsx")).RecordingsDialog);
export const MarkControl = lazyComponent(async () => (await import("./MarkControl.tsx")).MarkControl);
