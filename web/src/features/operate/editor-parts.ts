// All that only editors have, in one file, as each has its cost in what is loaded first; viewers never load it.
export { DownloadAll } from "../moment/DownloadAll.tsx";
export { ExportDialog } from "../moment/ExportDialog.tsx";
export { PersonDialog } from "../people/PersonDialog.tsx";
export { PhotoDrop } from "../people/PhotoDrop.tsx";
export { WatchListDialog } from "../people/WatchListDialog.tsx";
export { MarkControl } from "./MarkControl.tsx";
export { RecordingsDialog } from "./RecordingsDialog.tsx";
export { RecordingsLink } from "./RecordingsLink.tsx";
