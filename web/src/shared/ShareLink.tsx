import { useEffect, useRef, useState } from "preact/hooks";
import { messages } from "../messages/index.ts";
import { Icon } from "../ui/Icon.tsx";
import "./share.css";

/** How long the button says that the link was copied, in milliseconds. */
const COPIED_MS = 2_000;

/**
 * Hands a link to the system's share sheet, or copies it where there is none. `address` is relative to the page.
 *
 * @param label what the link is to, if not to what is beside it.
 */
export function ShareLink({ address, title, label }: { address: string; title: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  /** The link itself, to be copied by hand where the page may not. */
  const [shown, setShown] = useState<string>();
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const native = "share" in navigator;
  const texts = messages.share;

  const share = async () => {
    const { href } = new URL(address, location.href);
    setShown(undefined);
    try {
      if (native) {
        await navigator.share({ title, url: href });
        return;
      }
      await navigator.clipboard.writeText(href);
    } catch (error) {
      // Someone closed the share sheet.
      if (error instanceof DOMException && error.name === "AbortError") return;
      setShown(href);
      return;
    }
    setCopied(true);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setCopied(false), COPIED_MS);
  };

  return (
    <>
      <button type="button" class="button small" onClick={() => void share()}>
        <Icon name={copied ? "check" : "link"} />{" "}
        <span aria-live="polite">{copied ? texts.linkCopied : (label ?? (native ? texts.share : texts.copyLink))}</span>
      </button>
      {shown !== undefined && (
        <p class="shared-link" role="status">
          {shown}
        </p>
      )}
    </>
  );
}
