import { lazyComponent } from "../../ui/lazy.tsx";

// The player of moments is loaded when one is opened.
export const MomentDialog = lazyComponent(async () => (await import("./MomentDialog.tsx")).MomentDialog);
export const ReelDialog = lazyComponent(async () => (await import("./ReelDialog.tsx")).ReelDialog);
