import { useEffect, useRef, useState } from "preact/hooks";
import { later } from "../../messages/index.ts";
import { useCaller } from "../../shared/services.ts";
import { Icon } from "../../ui/Icon.tsx";
import { useFocusHandover } from "../../ui/use-focus-handover.ts";
import { PictureFaces } from "./lazy.ts";
import "./who-is-this.css";

/** A picture in which the API finds faces. */
export interface FacedPicture {
  /** The newest one of a channel, one of a recording, or what a clip shows. */
  of: "channels" | "recordings" | "clips";
  id: string;
  /** Of a recording or a clip: how long after its start. */
  atMs?: number;
  /** What stands still. Another recording of the same picture may come to be known. */
  key?: string;
}

/**
 * For editors, in the frame of a picture that stands still: asks whose faces it shows, to follow them. Looking costs,
 * so it isn't done on each pause.
 */
export function WhoIsThis(props: Asking) {
  const { mayEdit } = useCaller();
  return mayEdit ? <Who {...props} /> : null;
}

interface Asking {
  picture: FacedPicture;
  /** Someone is followed, or a person has a new face. */
  onChanged: () => void;
}

function Who({ picture, onChanged }: Asking) {
  /** The picture about which it was asked. */
  const [askedAbout, setAskedAbout] = useState<string>();
  const button = useRef<HTMLButtonElement>(null);
  // The picture moves on, and the focus with it.
  const part = useFocusHandover<HTMLDivElement>((removed) => removed.parentElement?.querySelector("video"));
  const shown = picture.key ?? `${picture.of} ${picture.id} ${picture.atMs}`;
  const asked = askedAbout === shown;
  useEffect(() => setAskedAbout(undefined), [shown]);

  const close = () => {
    button.current?.focus({ preventScroll: true });
    setAskedAbout(undefined);
  };
  return (
    <div
      ref={part}
      class="who"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !asked || isInDialogWithin(event, part.current)) return;
        // It would also close the moment, which stays open.
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={button}
        type="button"
        class="button small who-button"
        aria-expanded={asked}
        onClick={() => setAskedAbout(asked ? undefined : shown)}
      >
        <Icon name={asked ? "close" : "people"} /> {later.follow.whoIsThis}
      </button>
      {asked && <PictureFaces picture={picture} onChanged={onChanged} onClose={close} />}
    </div>
  );
}

function isInDialogWithin({ target }: Event, part: HTMLElement | null): boolean {
  return target instanceof Element && part?.contains(target.closest("dialog")) === true;
}
