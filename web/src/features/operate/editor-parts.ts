// What editors always have on the page, loaded at once, as each file has its cost; viewers never load it.
export { DownloadAll } from "../moment/DownloadAll.tsx";
export { MarkControl } from "./MarkControl.tsx";
export { RecordingsDialog } from "./RecordingsDialog.tsx";
export { RecordingsLink } from "./RecordingsLink.tsx";
