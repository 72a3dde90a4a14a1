import { useState } from "preact/hooks";
import type { Clip } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";
import { durationText, fullTime } from "../../shared/format.ts";
import type { MatchTime } from "../../shared/match-time.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";
import { useCaller } from "../../shared/services.ts";
import { Icon } from "../../ui/Icon.tsx";
import { neighbouring, useFocusHandover } from "../../ui/use-focus-handover.ts";
import { type Point, coveredCentre, faceOf } from "../../shared/face.ts";
import { Similarity } from "../../shared/Similarity.tsx";

const POSTER_SHAPE = 16 / 9;

/** One clip in the grid: a link to it. On hover and focus, the light falls on the face. */
export function ClipCard(props: { clip: Clip; place: Place; named: boolean; fresh: boolean; matchTime: MatchTime }) {
  const { clip, place, named, fresh } = props;
  const { mayEdit } = useCaller();
  const there: Place = { ...place, clip: clip.id };
  const face = faceOf(clip);
  const [spot, setSpot] = useState<Point>();
  const [missing, setMissing] = useState(false);
  const item = useFocusHandover<HTMLLIElement>(
    (card) => neighbouring(card, "a") ?? document.querySelector<HTMLElement>("#clips-title"),
  );

  return (
    <li ref={item} class={`clip ${fresh ? "is-fresh" : ""} review-${clip.review}`}>
      <a href={addressOf(there)} onClick={(event) => follow(event, there)} data-clip={clip.id}>
        <span
          class="clip-poster"
          style={spot === undefined ? {} : { "--x": `${spot.x * 100}%`, "--y": `${spot.y * 100}%` }}
        >
          {!missing && (
            <img
              src={clip.poster}
              alt={messages.moment.at(clip.subject.name, fullTime(clip.start))}
              width={640}
              height={360}
              loading="lazy"
              decoding="async"
              onError={() => setMissing(true)}
              onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
                if (face !== null && naturalHeight > 0)
                  setSpot(coveredCentre(face.box, naturalWidth / naturalHeight, POSTER_SHAPE));
              }}
            />
          )}
          {missing && <span class="visually-hidden">{clip.subject.name}</span>}
          <span class="clip-duration">{durationText(clip.durationMs)}</span>
          {clip.review === "confirmed" && (
            <span class="clip-review" title={messages.confirmed}>
              <Icon name="check" />
              <span class="visually-hidden">{messages.confirmed}</span>
            </span>
          )}
          {clip.review === "rejected" && <span class="clip-review rejected">{messages.rejected}</span>}
        </span>
        <span class="clip-caption">
          <time dateTime={clip.start} title={fullTime(clip.start)}>
            {props.matchTime(clip.start)}
          </time>
          {/* For a review; viewers have no use for it. */}
          {mayEdit && <Similarity value={clip.similarity} />}
          {named && <b>{clip.subject.name}</b>}
        </span>
      </a>
    </li>
  );
}
