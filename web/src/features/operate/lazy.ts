import { lazyComponent } from "../../ui/lazy.tsx";

const load = () => import("./editor-parts.ts");

export const DownloadAll = lazyComponent(async () => (await load()).DownloadAll);
export const ExportDialog = lazyComponent(async () => (await load()).ExportDialog);
export const MarkControl = lazyComponent(async () => (await load()).MarkControl);
export const PersonDialog = lazyComponent(async () => (await load()).PersonDialog);
export const PhotoDrop = lazyComponent(async () => (await load()).PhotoDrop);
export const RecordingsDialog = lazyComponent(async () => (await load()).RecordingsDialog);
export const RecordingsLink = lazyComponent(async () => (await load()).RecordingsLink);
export const WatchListDialog = lazyComponent(async () => (await load()).WatchListDialog);
