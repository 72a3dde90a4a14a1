import { useEffect, useRef, useState } from "preact/hooks";
import type { Export } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { percentText } from "../../shared/format.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { useExport } from "./use-export.ts";

/**
 * Makes a file of a moment, or of several. Closing the dialog stops waiting for it; opened again, it goes on, or has
 * the file.
 */
export function ExportDialog(props: {
  title: string;
  /** What will be in the file, or is; undefined while that isn't known. */
  what: (made: Export | undefined) => string | undefined;
  /** Of exactly this content. */
  content: string | undefined;
  /** Why there can't be a file. */
  problem?: string | undefined;
  ask: (aspect?: "9:16") => Promise<Export>;
  onClose: () => void;
}) {
  const { content, onClose } = props;
  const [upright, setUpright] = useState(false);
  const key = content === undefined ? undefined : `${upright ? "9:16" : ""} ${content}`;
  const exporting = useExport(key, () => props.ask(upright ? "9:16" : undefined));
  const { busy } = exporting;
  const problem = exporting.problem ?? props.problem;
  const file = exporting.export?.state === "complete" ? exporting.export : undefined;
  const percent = exporting.export?.progress ?? 0;
  const start = useRef<HTMLButtonElement>(null);
  const link = useRef<HTMLAnchorElement>(null);
  const stopped = problem !== undefined && !busy;

  // The button that was pressed is gone or has another use: the focus goes to what comes next.
  useEffect(() => {
    if (document.activeElement === document.body) link.current?.focus();
  }, [file?.id]);
  useEffect(() => {
    if (stopped) start.current?.focus();
  }, [stopped]);

  return (
    <Dialog title={props.title} onClose={onClose} class="export-dialog">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void exporting.start();
        }}
      >
        <p class="export-what">{props.what(exporting.export) ?? messages.clips.loading}</p>
        <label class="check">
          <input
            type="checkbox"
            checked={upright}
            disabled={busy}
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
            <a ref={link} class="button primary export-file" data-focus href={file.mp4} download={file.fileName}>
              <Icon name="download" /> <span>{file.fileName}</span>
            </a>
          ) : (
            <button
              ref={start}
              type="submit"
              class="button primary"
              aria-disabled={busy || key === undefined}
              data-focus
            >
              {busy ? later.export.busy : stopped ? messages.tryAgain : later.export.make}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
