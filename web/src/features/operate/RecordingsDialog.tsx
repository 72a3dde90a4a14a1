import { useState } from "preact/hooks";
import type { Channel } from "../../api/types.ts";
import { later } from "../../messages/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { FILTER_NAMES, type RecordingFilterName } from "./recording-filters.ts";
import { RecordingRows } from "./RecordingRows.tsx";
import { RetryAll } from "./RetryAll.tsx";
import "./operate.css";

/** The recordings of a channel's current broadcast: how far each is, why one failed, and the way to try again. */
export function RecordingsDialog(props: {
  channel: Channel;
  /** When the broadcast began to show something, in milliseconds since the epoch. */
  firstPicture: number | undefined;
  onChanged: () => void;
  onClose: () => void;
}) {
  const { id: channel, broadcast } = props.channel;
  const [filter, setFilter] = useState<RecordingFilterName>("all");
  const [retried, setRetried] = useState(0);
  const onChanged = () => {
    setRetried(retried + 1);
    props.onChanged();
  };
  const texts = later.operate.recordings;

  return (
    <Dialog
      title={texts.title}
      onClose={props.onClose}
      class="recordings"
      focusAfter={() => document.getElementById("recordings")}
    >
      {broadcast === null ? (
        <p>{texts.none.all}</p>
      ) : (
        <>
          <div class="recordings-bar">
            <fieldset class="choice">
              <legend class="visually-hidden">{texts.filter}</legend>
              {FILTER_NAMES.map((name) => (
                <label key={name}>
                  <input
                    type="radio"
                    name="recordings-filter"
                    checked={filter === name}
                    data-focus={filter === name ? "" : undefined}
                    onChange={() => setFilter(name)}
                  />
                  <span>{texts.filters[name]}</span>
                </label>
              ))}
            </fieldset>
            <RetryAll of={{ channel, broadcast }} onChanged={onChanged} />
          </div>
          <RecordingRows
            key={filter}
            of={{ channel, broadcast }}
            filter={filter}
            firstPicture={props.firstPicture}
            retried={retried}
            onChanged={props.onChanged}
          />
        </>
      )}
    </Dialog>
  );
}
