/** Why a publisher of another codec is refused, and what to do about it. `codec` is the field's name for it: `HEVC`. */
export function unsupportedCodec(track: "video" | "audio", codec: string): string {
  const advice = track === "video" ? "set the video encoder to H.264 (x264)" : "set the audio encoder to AAC";
  return `${codec} is not supported: in OBS, Settings > Output, ${advice}`;
}
