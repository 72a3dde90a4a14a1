import { lazyComponent } from "../../ui/lazy.tsx";

// Loaded when the list is opened, and with a link to a broadcast.
export const BroadcastsDialog = lazyComponent(async () => (await import("./parts.ts")).BroadcastsDialog);
export const ChosenBroadcast = lazyComponent(async () => (await import("./parts.ts")).ChosenBroadcast);
