import { useState } from "preact/hooks";
import type { Clip, Review } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { durationText, fullTime } from "../../shared/format.ts";
import { addressOf } from "../../shared/location.ts";
import { useCaller, useServices } from "../../shared/services.ts";
import { ShareLink } from "../../shared/ShareLink.tsx";
import { Icon, type IconName } from "../../ui/Icon.tsx";
import { ExportDialog } from "../operate/lazy.ts";
import { REVIEW_KEYS } from "./review-keys.ts";
import type { Reviewing } from "./use-review.ts";

/** What can be done with a clip: copy its link, and for editors download and review it. */
export function MomentActions(props: { clip: Clip; reviewing: Reviewing; onSomeoneElse: () => void }) {
  const { clip, reviewing } = props;
  const { api } = useServices();
  const { mayEdit } = useCaller();
  const [exporting, setExporting] = useState(false);
  const isPerson = clip.subject.kind === "person";

  const decide = (review: Review, icon: IconName, key: string, label: string) => (
    <button
      type="button"
      class="button small"
      aria-pressed={clip.review === review}
      aria-keyshortcuts={key}
      title={messages.undo.withKey(label, key.toUpperCase())}
      onClick={() => void reviewing.review(review)}
    >
      <Icon name={icon} /> {label}
    </button>
  );

  return (
    <div class="moment-actions">
      <ShareLink
        key={clip.id}
        address={addressOf({ people: [], channel: null, broadcast: null, clip: clip.id })}
        title={messages.moment.at(clip.subject.name, fullTime(clip.start))}
      />
      {mayEdit && (
        <>
          <button type="button" class="button small" onClick={() => setExporting(true)}>
            <Icon name="download" /> {later.moment.download}
          </button>
          <span class="spacer" />
          {decide(
            "confirmed",
            "check",
            REVIEW_KEYS.confirm,
            clip.review === "confirmed" ? messages.confirmed : later.moment.confirm,
          )}
          {decide(
            "rejected",
            "close",
            REVIEW_KEYS.reject,
            clip.review === "rejected" ? messages.rejected : isPerson ? later.moment.notThem : later.moment.reject,
          )}
          {isPerson && (
            <button
              type="button"
              class="button small"
              aria-haspopup="dialog"
              aria-keyshortcuts={REVIEW_KEYS.someoneElse}
              title={messages.undo.withKey(later.moment.someoneElse, REVIEW_KEYS.someoneElse.toUpperCase())}
              onClick={props.onSomeoneElse}
            >
              <Icon name="people" /> {later.moment.someoneElse}
            </button>
          )}
          <button type="button" class="button small quiet" onClick={() => void reviewing.remove()}>
            <Icon name="trash" /> {later.moment.delete}
          </button>
        </>
      )}
      {reviewing.problem !== undefined && (
        <p class="note problem" role="alert">
          {reviewing.problem}
        </p>
      )}
      {exporting && (
        <ExportDialog
          title={later.export.title}
          what={() => later.export.what(durationText(clip.durationMs))}
          content={`${clip.id} ${clip.start} ${clip.durationMs}`}
          ask={(aspect) => api.exportClip(clip.id, aspect)}
          onClose={() => setExporting(false)}
        />
      )}
    </div>
  );
}
