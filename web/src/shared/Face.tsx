import { locale } from "../messages/locale.ts";
import type { FacePicture } from "./face.ts";

/** How much wider than the face the cut-out is. */
const ROOM = 1.9;

/** A person's face, cut out of a poster; or their initials without a picture. */
export function Face({ name, picture }: { name: string; picture: FacePicture | null | undefined }) {
  if (picture === null || picture === undefined) {
    return (
      <span class="face" aria-hidden="true">
        {initials(name)}
      </span>
    );
  }
  const { left, top, width, height } = picture.box;
  return (
    <span class="face" aria-hidden="true">
      <img
        src={picture.poster}
        alt=""
        loading="lazy"
        decoding="async"
        style={{
          width: `${100 / Math.min(1, width * ROOM)}%`,
          transform: `translate(${-(left + width / 2) * 100}%, ${-(top + height / 2) * 100}%)`,
        }}
      />
    </span>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters
    .map((word) => Array.from(word ?? "")[0] ?? "")
    .join("")
    .toLocaleUpperCase(locale);
}
