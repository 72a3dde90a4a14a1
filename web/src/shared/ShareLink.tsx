import { useState } from "preact/hooks";
import { Icon } from "../../ui/Icon.tsx";

/** Hands a link to the system's share sheet, or copies it where there is none. `address` is relative to the page. */
export function ShareLink({ address, title }: { address: string; title: string }) {
  const [note, setNote] = useState<string>();
  const native = "share" in navigator;

  const share = async () => {
    const { href } = new URL(address, location.href);
    try {
      if (native) await navigator.share({ title, url: href });
      else {
        await navigator.clipboard.writeText(href);
        setNote("Link copied");
      }
    } catch (error) {
      // Someone closed the share sheet.
      if (error instanceof DOMException && error.name === "AbortError") return;
      setNote(href);
    }
  };

  return (
    <>
      <button type="button" class="button small" onClick={() => void share()}>
        <Icon name="link" /> {native ? "Share" : "Copy link"}
      </button>
      {note !== undefined && (
        <p class="note" role="status">
          {note}
        </p>
      )}
    </>
  );
}
