import { useEffect, useRef, useState } from "preact/hooks";
import { later } from "../messages/index.ts";
import { Icon } from "./Icon.tsx";
import { IconButton } from "./IconButton.tsx";

/** A value to copy into another program. A secret is masked until revealed; copying works either way. */
export function CopyField({ label, value, secret = false }: { label: string; value: string; secret?: boolean }) {
  const [shown, setShown] = useState(!secret);
  const [copied, setCopied] = useState(false);
  const output = useRef<HTMLElement>(null);
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      // The clipboard needs a secure context; otherwise select the text.
      setShown(true);
      requestAnimationFrame(() => output.current && getSelection()?.selectAllChildren(output.current));
      return;
    }
    setCopied(true);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setCopied(false), 2000);
  };

  return (
    <div class="copy-field">
      <span class="copy-label">{label}</span>
      {/* A long value scrolls, by keyboard too. */}
      <code ref={output} tabIndex={0} role="group" aria-label={label}>
        {shown ? value : "•".repeat(16)}
      </code>
      {secret && (
        <IconButton
          icon="eye"
          label={shown ? later.copy.hide(label) : later.copy.show(label)}
          pressed={shown}
          onClick={() => setShown(!shown)}
        />
      )}
      <button type="button" class="button small" aria-label={later.copy.copyOf(label)} onClick={() => void copy()}>
        <Icon name={copied ? "check" : "copy"} />
        <span aria-live="polite">{copied ? later.copy.copied : later.copy.copy}</span>
      </button>
    </div>
  );
}
