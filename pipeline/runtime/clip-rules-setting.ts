import type { ClipRules } from "../../domain/clips.ts";
import { numberSetting } from "./settings.ts";

/** How clips follow from appearances, as a function's environment says. Throws `SettingError`. */
export function clipRulesSetting(): ClipRules {
  return {
    paddingMs: numberSetting("CLIP_PADDING_MS", { min: 0, max: 60_000 }),
    gapMs: numberSetting("CLIP_GAP_MS", { min: 0, max: 600_000 }),
    minMs: numberSetting("CLIP_MIN_MS", { min: 0, max: 600_000 }),
  };
}
