import { lazyComponent } from "../../ui/lazy.tsx";

/** The clip player is loaded when the first clip is opened. */
export const MomentDialog = lazyComponent(async () => (await import("./MomentDialog.tsx")).MomentDialog);
