import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { later } from "../../messages/index.ts";
import { useServices } from "../../shared/services.ts";
import { UndoNotice } from "../../shared/UndoNotice.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { handleShortcuts } from "../../ui/shortcuts.ts";
import { MARK_KEYS } from "./mark-keys.ts";
import { MarkDialog } from "./MarkDialog.tsx";
import { useMarks } from "./use-marks.ts";
import "./marks.css";

/**
 * Marks what happens in the live picture: a goal by one key while the player has the focus, anything else by the menu.
 *
 * @param props.pictureTime when what the picture shows happened, in milliseconds since the epoch.
 */
export function MarkControl(props: {
  channel: string;
  frame: RefObject<HTMLElement | null>;
  pictureTime: () => number | undefined;
}) {
  const { frame, pictureTime } = props;
  const { undo } = useServices();
  const { mark, labels } = useMarks(props.channel);
  /** The time of the picture when the menu was opened: what happened is over when it is named. */
  const [openedAt, setOpenedAt] = useState<{ atMs: number | undefined }>();
  const isFull = useIsFullscreen(frame);
  const texts = later.operate.marks;

  const keys = useRef<(event: KeyboardEvent) => void>(() => undefined);
  keys.current = (event) => {
    // Held down, it is one mark.
    if (event.repeat) return;
    handleShortcuts(event, frame.current, {
      [MARK_KEYS.goal]: () => void mark(texts.goal, pictureTime()),
      [MARK_KEYS.undo]: () => void undo.take(),
    });
  };
  useEffect(() => {
    const { current } = frame;
    const onKeyDown = (event: KeyboardEvent) => keys.current(event);
    current?.addEventListener("keydown", onKeyDown);
    return () => current?.removeEventListener("keydown", onKeyDown);
  }, []);

  return (
    <>
      <button
        type="button"
        class="button small mark-button"
        aria-haspopup="dialog"
        title={texts.hint(MARK_KEYS.goal.toUpperCase())}
        onClick={() => setOpenedAt({ atMs: pictureTime() })}
      >
        <Icon name="flag" /> {texts.mark}
      </button>
      {openedAt !== undefined && (
        <MarkDialog
          atMs={openedAt.atMs}
          recent={labels}
          onPick={(label) => {
            setOpenedAt(undefined);
            void mark(label, openedAt.atMs);
          }}
          onClose={() => setOpenedAt(undefined)}
        />
      )}
      {/* The page's own notice isn't seen then. */}
      {isFull && <UndoNotice shortcut={MARK_KEYS.undo} next={() => frame.current?.querySelector("video") ?? null} />}
    </>
  );
}

function useIsFullscreen(frame: RefObject<HTMLElement | null>): boolean {
  const [isFull, setIsFull] = useState(false);
  useEffect(() => {
    const read = () => setIsFull(document.fullscreenElement !== null && document.fullscreenElement === frame.current);
    document.addEventListener("fullscreenchange", read);
    read();
    return () => document.removeEventListener("fullscreenchange", read);
  }, []);
  return isFull;
}
