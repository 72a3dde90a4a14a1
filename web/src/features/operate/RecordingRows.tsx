import { useEffect } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import { later, messages } from "../../messages/index.ts";
import { useNearView } from "../../ui/use-near-view.ts";
import { useFocusHandover } from "../../ui/use-focus-handover.ts";
import type { RecordingFilterName } from "./recording-filters.ts";
import { RecordingRow } from "./RecordingRow.tsx";
import { type BroadcastOf, useRecordingList } from "./use-recording-list.ts";

/** The recordings that a filter finds, newest first; more come as one scrolls. */
export function RecordingRows(props: {
  of: BroadcastOf;
  filter: RecordingFilterName;
  firstPicture: number | undefined;
  /** Changes when recordings were retried elsewhere. */
  retried: number;
  onChanged: () => void;
}) {
  const list = useRecordingList(props.of, props.filter);
  const texts = later.operate.recordings;
  useEffect(() => {
    if (props.retried > 0) list.refresh();
  }, [props.retried]);

  return (
    <div class="recordings-list">
      {list.error !== undefined && (
        <p class="problem" role="alert">
          {sentenceOf(list.error)}
        </p>
      )}
      {list.recordings === undefined && list.error === undefined && (
        <p class="recordings-none" role="status">
          {messages.clips.loading}
        </p>
      )}
      {list.recordings?.length === 0 && <p class="recordings-none">{texts.none[props.filter]}</p>}
      <ul>
        {list.recordings?.map((recording) => (
          <RecordingRow
            key={recording.id}
            recording={recording}
            firstPicture={props.firstPicture}
            onRetried={() => {
              list.refresh();
              props.onChanged();
            }}
          />
        ))}
      </ul>
      {list.more && <More loading={list.loadingMore} auto={list.error === undefined} onMore={list.loadMore} />}
    </div>
  );
}

/** Loads more when it comes into view (not after a failure), or by its button. */
function More({ loading, auto, onMore }: { loading: boolean; auto: boolean; onMore: () => void }) {
  // When there is no more, the focus goes to where the list goes on.
  const button = useFocusHandover<HTMLButtonElement>((removed) =>
    removed.parentElement?.querySelector<HTMLElement>("li:last-child"),
  );
  useNearView(button, auto && !loading, 200, onMore);
  return (
    <button
      ref={button}
      type="button"
      class="button quiet small recordings-more"
      aria-disabled={loading}
      onClick={() => {
        if (!loading) onMore();
      }}
    >
      {loading ? messages.clips.loading : messages.clips.more}
    </button>
  );
}
