import type { Clip } from "./model.ts";

/**
 * The readable name of an export's file: who, and when the first moment begins (UTC). Several moments say how many they
 * are, those of several people don't say whose.
 */
export function exportFileName(clips: readonly Clip[]): string {
  const [first] = clips;
  const names = new Set(clips.map(({ subject }) => subject.name));
  const who = names.size === 1 ? [...names].join("") : "Moments";
  const when = (first?.start ?? "").slice(0, 19).replace("T", " ").replaceAll(":", ".");
  const count = clips.length > 1 ? ` (${clips.length} moments)` : "";
  // What no common file system takes.
  const name = `${who} ${when}${count}`.replaceAll(/[\\/:*?"<>|\p{Cc}\p{Cf}]/gu, "_").trim();
  return `${name}.mp4`;
}

/**
 * A Content-Disposition that saves a file by this name: in UTF-8 for all current browsers, with a plain name beside it
 * for others. https://www.rfc-editor.org/rfc/rfc6266#section-5
 */
export function attachment(fileName: string): string {
  const plain = fileName
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .normalize("NFC")
    .replaceAll(/[^ -~]|["\\%]/gu, "_");
  // RFC 8187 takes fewer characters than URLs do.
  const encoded = encodeURIComponent(fileName).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
