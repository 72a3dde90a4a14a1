import { lazyComponent } from "../../ui/lazy.tsx";
import { loadEngine } from "../player/lazy.ts";

// For editors only.
export const IngestPanel = lazyComponent(async () => (await import("./IngestPanel.tsx")).IngestPanel);
export const LiveAdmin = lazyComponent(async () => (await import("./LiveAdmin.tsx")).LiveAdmin);

/** The live picture is loaded when there is one, and the player with it, which it needs at once. */
export const LivePlayer = lazyComponent(async () => {
  // If that fails, the live picture loads it again, and says so if it fails again.
  void loadEngine().catch(() => undefined);
  return (await import("./LivePlayer.tsx")).LivePlayer;
});
