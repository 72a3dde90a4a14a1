import { useState } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import type { Clip, Review } from "../../api/types.ts";
import { addressOf } from "../../shared/location.ts";
import { useCaller, useServices } from "../../shared/services.ts";
import { Confirm } from "../../ui/Confirm.tsx";
import { Icon } from "../../ui/Icon.tsx";

/** Actions on a clip: share, download, and for editors review. */
export function MomentActions(props: { clip: Clip; onChanged: () => void; onDeleted: () => void }) {
  const { clip } = props;
  const { api, announce } = useServices();
  const { mayEdit } = useCaller();
  const [note, setNote] = useState<string>();
  const [deleting, setDeleting] = useState(false);

  const share = async () => {
    const url = new URL(addressOf({ people: [], channel: null, clip: clip.id }), location.href).href;
    try {
      await navigator.clipboard.writeText(url);
      setNote("Link copied");
    } catch {
      setNote(url);
    }
  };
  const review = async (wanted: Review) => {
    // Pressing the chosen review again withdraws it.
    const next: Review = clip.review === wanted ? "unreviewed" : wanted;
    try {
      await api.reviewClip(clip.id, next);
      setNote(undefined);
      announce(next === "unreviewed" ? "Review withdrawn" : next === "confirmed" ? "Confirmed" : "Rejected");
      props.onChanged();
    } catch (error) {
      setNote(sentenceOf(error));
    }
  };

  return (
    <div class="moment-actions">
      <button type="button" class="button small" onClick={() => void share()}>
        <Icon name="link" /> Copy link
      </button>
      <a class="button small" href={clip.mp4} download={fileNameOf(clip)}>
        <Icon name="download" /> MP4
      </a>
      {mayEdit && (
        <>
          <span class="spacer" />
          <button
            type="button"
            class="button small"
            aria-pressed={clip.review === "confirmed"}
            onClick={() => void review("confirmed")}
          >
            <Icon name="check" /> {clip.review === "confirmed" ? "Confirmed" : "Confirm"}
          </button>
          <button
            type="button"
            class="button small"
            aria-pressed={clip.review === "rejected"}
            onClick={() => void review("rejected")}
          >
            <Icon name="close" /> {clip.review === "rejected" ? "Rejected" : "Not them"}
          </button>
          <button type="button" class="button small quiet" onClick={() => setDeleting(true)}>
            <Icon name="trash" /> Delete
          </button>
        </>
      )}
      {note !== undefined && (
        <p class="note" role="status">
          {note}
        </p>
      )}
      {deleting && (
        <Confirm
          title="Delete this moment?"
          text="It disappears for everyone. The recording it comes from stays."
          action="Delete"
          onClose={() => setDeleting(false)}
          onConfirm={async () => {
            await api.deleteClip(clip.id);
            props.onChanged();
            props.onDeleted();
          }}
        />
      )}
    </div>
  );
}

function fileNameOf({ subject, start }: Clip): string {
  return `${subject.id}-${start.slice(0, 19).replace(/[-:]/g, "")}.mp4`;
}
