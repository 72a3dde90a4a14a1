import { lazyComponent } from "../../ui/lazy.tsx";

// The player of moments is loaded when one is opened.
export const MomentDialog = lazyComponent(async () => (await import("./MomentDialog.tsx")).MomentDialog);
export const ReelDialog = lazyComponent(async () => (await import("./ReelDialog.tsx")).ReelDialog);

// For editors: viewers never load them.
export const ExportDialog = lazyComponent(async () => (await import("./ExportDialog.tsx")).ExportDialog);
export const DownloadAll = lazyComponent(async () => (await import("./DownloadAll.tsx")).DownloadAll);
