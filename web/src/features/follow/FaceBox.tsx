import type { Box, Named } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { type Place, addressOf, follow, usePlace } from "../../shared/location.ts";
import { Icon } from "../../ui/Icon.tsx";
import { labelRowOf, labelSideOf, placeOf } from "./face-place.ts";
import { momentsOf } from "./moments-of.ts";

/** A face in the picture: a link to the moments of whom it is, or a button to follow them. */
export function FaceBox(props: {
  box: Box;
  token: string;
  person: Named | undefined;
  /** What the button is called. */
  label: string;
  onFollow: () => void;
}) {
  const { box, token, person } = props;
  const place = usePlace();
  const shape = { class: "face-box", "data-face": token, "data-side": labelSideOf(box), "data-row": labelRowOf(box) };
  return (
    <li style={placeOf(box)}>
      {person === undefined ? (
        <button type="button" {...shape} aria-label={props.label} onClick={props.onFollow}>
          <span class="face-label">
            <Icon name="add" /> {later.follow.follow}
          </span>
        </button>
      ) : (
        <PersonLink person={person} place={place} shape={shape} />
      )}
    </li>
  );
}

function PersonLink({ person, place, shape }: { person: Named; place: Place; shape: { class: string } }) {
  const there = momentsOf(person, place);
  return (
    <a
      {...shape}
      href={addressOf(there)}
      aria-label={messages.clips.titleOf(person.name)}
      onClick={(event) => follow(event, there)}
    >
      <span class="face-label">{person.name}</span>
    </a>
  );
}
