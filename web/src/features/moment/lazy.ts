import { lazyComponent } from "../../ui/lazy.tsx";

// The player of moments is loaded when one is opened.
export const MomentStage = lazyComponent(async () => (await import("./MomentStage.tsx")).MomentStage);
export const ReelStage = lazyComponent(async () => (await import("./ReelStage.tsx")).ReelStage);
