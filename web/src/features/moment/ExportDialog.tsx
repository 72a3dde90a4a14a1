import { useEffect, useRef, useState } from "preact/hooks";
import type { Clip } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { durationText, percentText } from "../../shared/format.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { useExport } from "./use-export.ts";

/** Makes a file of exactly one clip. Closing the dialog stops waiting for it. */
export function ExportDialog({ clip, onClose }: { clip: Clip; onClose: () => void }) {
  const [upright, setUpright] = useState(false);
  const exporting = useExport(clip.id);
  const { busy, problem } = exporting;
  const file = exporting.export?.state === "complete" ? exporting.export : undefined;
  const percent = exporting.export?.progress ?? 0;
  const start = useRef<HTMLButtonElement>(null);
  const link = useRef<HTMLAnchorElement>(null);
  const stopped = problem !== undefined && !busy;

  // The button that was pressed is gone or has another use: the focus goes to what comes next.
  useEffect(() => link.current?.focus(), [file?.id]);
  useEffect(() => {
    if (stopped) start.current?.focus();
  }, [stopped]);

  return (
    <Dialog title={later.export.title} onClose={onClose} class="export-dialog">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void exporting.start(upright ? "9:16" : undefined);
        }}
      >
        <p>{later.export.what(durationText(clip.durationMs))}</p>
        <label class="check">
          <input
            type="checkbox"
            checked={upright}
            disabled={busy || file !== undefined}
            onChange={(event) => setUpright(event.currentTarget.checked)}
          />
          <span>{later.export.upright}</span>
        </label>
        <div class="export-progress">
          {busy && <progress max={100} value={percent} aria-label={later.export.progress} />}
          <p role="status">
            {busy && later.export.making(percentText(percent))}
            {file !== undefined && later.export.ready}
          </p>
          {problem !== undefined && (
            <p class="problem" role="alert">
              {problem}
            </p>
          )}
        </div>
        <div class="row end">
          <button type="button" class="button quiet" onClick={onClose}>
            {file === undefined ? messages.cancel : messages.close}
          </button>
          {file?.mp4 != null ? (
            <a ref={link} class="button primary export-file" href={file.mp4} download={file.fileName}>
              <Icon name="download" /> <span>{file.fileName}</span>
            </a>
          ) : (
            <button ref={start} type="submit" class="button primary" aria-disabled={busy} data-focus>
              {busy ? later.export.busy : stopped ? messages.tryAgain : later.export.make}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
