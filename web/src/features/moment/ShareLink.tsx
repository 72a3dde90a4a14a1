import { useState } from "preact/hooks";
import { messages } from "../../messages/index.ts";
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
        setNote(messages.moment.linkCopied);
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
        <Icon name="link" /> {native ? messages.moment.share : messages.moment.copyLink}
      </button>
      {note !== undefined && (
        <p class="note" role="status">
          {note}
        </p>
      )}
    </>
  );
}
