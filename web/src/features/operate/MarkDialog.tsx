import { useEffect, useState } from "preact/hooks";
import { editing } from "../../api/editing.ts";
import { later } from "../../messages/index.ts";
import { clockTime } from "../../shared/format.ts";
import { useServices } from "../../shared/services.ts";
import { Dialog } from "../../ui/Dialog.tsx";

/** As long as the API takes. */
const LONGEST_LABEL = 60;
/** So many labels are offered: more would take longer to read than to write. */
const LABELS_AT_MOST = 12;

/** Asks what happened: what was marked before, or something else. */
export function MarkDialog(props: {
  /** When it happened, in milliseconds since the epoch. */
  atMs: number | undefined;
  /** What was marked just now. */
  recent: readonly string[];
  onPick: (label: string) => void;
  onClose: () => void;
}) {
  const { atMs, recent } = props;
  const [label, setLabel] = useState("");
  const texts = later.operate.marks;
  const known = useKnownLabels();
  const labels = [...new Set([texts.goal, ...recent, ...known])].slice(0, LABELS_AT_MOST);

  return (
    <Dialog title={texts.title} onClose={props.onClose} class="mark-dialog">
      {atMs !== undefined && <p>{texts.at(clockTime(new Date(atMs).toISOString()))}</p>}
      <ul class="mark-labels">
        {labels.map((one, index) => (
          <li key={one}>
            <button
              type="button"
              class="button"
              data-focus={index === 0 ? "" : undefined}
              onClick={() => props.onPick(one)}
            >
              {one}
            </button>
          </li>
        ))}
      </ul>
      <form
        class="mark-other"
        onSubmit={(event) => {
          event.preventDefault();
          if (label.trim() !== "") props.onPick(label.trim());
        }}
      >
        <label class="field">
          {texts.other}
          <input
            value={label}
            maxLength={LONGEST_LABEL}
            autoComplete="off"
            onInput={(event) => setLabel(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button quiet" disabled={label.trim() === ""}>
          {texts.mark}
        </button>
      </form>
    </Dialog>
  );
}

/** The labels that there are clips of, most used first. Without them, one can still write. */
function useKnownLabels(): readonly string[] {
  const { api } = useServices();
  const [labels, setLabels] = useState<readonly string[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    editing(api)
      .events(controller.signal)
      .then(
        ({ items }) => setLabels(items.toSorted((a, b) => b.clips - a.clips).map(({ name }) => name)),
        () => undefined,
      );
    return () => controller.abort();
  }, []);
  return labels;
}
