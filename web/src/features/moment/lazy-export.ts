import { lazyComponent } from "../../ui/lazy.tsx";

/** For editors, so not loaded with the player of moments. */
export const ExportDialog = lazyComponent(async () => (await import("./ExportDialog.tsx")).ExportDialog);
