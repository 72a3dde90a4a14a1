import { fieldsOf } from "../runtime/event.ts";
import { jsonSetting, SettingError } from "../runtime/settings.ts";

/** A live channel as the environment names it. */
export interface KnownChannel {
  id: string;
  /** MediaLive's id. */
  channelId: string;
}

/** The channels in the environment variable CHANNELS. Throws `SettingError`. */
export function channelsSetting(): KnownChannel[] {
  const value = jsonSetting("CHANNELS");
  if (!Array.isArray(value)) throw new SettingError("The function's environment variable CHANNELS must be a list");
  return value.map((item, index) => {
    const channel = fieldsOf(item, `CHANNELS[${index}]`);
    return { id: channel.text("id"), channelId: channel.text("channelId") };
  });
}
