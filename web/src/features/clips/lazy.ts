import { lazyComponent } from "../../ui/lazy.tsx";

/** Few links lead nowhere. */
export const LostPlace = lazyComponent(async () => (await import("./LostPlace.tsx")).LostPlace);
