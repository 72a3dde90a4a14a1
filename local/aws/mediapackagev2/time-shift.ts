import { AwsError } from "../errors.ts";

/** The query parameter that holds a request's manifest settings; the playlists' own links carry it on. */
export const manifestSettings = "aws.manifestsettings";

/** Which part of the startover window a player asks for, in ms; times are since the epoch. */
export interface TimeShift {
  startMs?: number;
  endMs?: number;
  delayMs: number;
}

/**
 * Reads `aws.manifestsettings=start:TIME;end:TIME;time_delay:SECONDS`; undefined without it. Throws AwsError, with
 * status 400 for malformed settings and 501 for settings that the local engine does not know.
 * https://docs.aws.amazon.com/mediapackage/latest/userguide/msettings-params.html
 */
export function timeShiftOf(query: URLSearchParams): TimeShift | undefined {
  const text = query.get(manifestSettings);
  if (text === null) return undefined;
  const shift: TimeShift = { delayMs: 0 };
  for (const setting of text.split(";")) {
    const colon = setting.indexOf(":");
    if (colon < 1) throw invalid(`${manifestSettings} has "${setting}", which is not of the form name:value.`);
    const name = setting.slice(0, colon).toLowerCase();
    const value = setting.slice(colon + 1);
    if (name === "start") shift.startMs = timeOf(name, value);
    else if (name === "end") shift.endMs = timeOf(name, value);
    else if (name === "time_delay") shift.delayMs = secondsOf(name, value) * 1000;
    else
      throw new AwsError("NotImplemented", `The manifest setting ${name} is not supported by the local engine.`, 501);
  }
  if (shift.startMs !== undefined && shift.endMs !== undefined && shift.startMs > shift.endMs)
    throw invalid("start must be before end.");
  return shift;
}

/** A time, ISO 8601 or seconds since the epoch, in ms since the epoch. */
function timeOf(name: string, text: string): number {
  const time = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(time)) throw invalid(`${name} must be a time, ISO 8601 or epoch seconds; got "${text}".`);
  return time;
}

function secondsOf(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw invalid(`${name} must be a whole number of seconds; got "${text}".`);
  return Number(text);
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message, 400);
}
