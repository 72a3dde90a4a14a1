import { lazyComponent } from "../../ui/lazy.tsx";

const load = () => import("./editor-parts.ts");

export const DownloadAll = lazyComponent(async () => (await load()).DownloadAll);
export const MarkControl = lazyComponent(async () => (await load()).MarkControl);
export const RecordingsDialog = lazyComponent(async () => (await load()).RecordingsDialog);
export const RecordingsLink = lazyComponent(async () => (await load()).RecordingsLink);
