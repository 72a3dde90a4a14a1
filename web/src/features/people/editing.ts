// What only editors load, together: with it, a photo that is dropped opens its dialog at once.
export { PersonDialog } from "./PersonDialog.tsx";
export { PhotoDrop } from "./PhotoDrop.tsx";
export { WatchListDialog } from "./WatchListDialog.tsx";
