import { perLocale } from "../messages/locale.ts";

const clockParts = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
const clock = dates(clockParts);
const hourMinute = dates({ hour: "2-digit", minute: "2-digit" });
const dayAndClock = dates({ weekday: "short", day: "numeric", month: "short", ...clockParts });
const dayAndMinute = dates({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const day = dates({ weekday: "long", day: "numeric", month: "long" });
const percent = numbers({ style: "percent", maximumFractionDigits: 0 });
const seconds = numbers({ style: "unit", unit: "second", unitDisplay: "narrow", maximumFractionDigits: 1 });
const tenths = numbers({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = numbers({});
const list = perLocale((tag) => new Intl.ListFormat(tag));

/** `18:42:10`, in the viewer's time zone and the page's language. */
export const clockTime = (iso: string | number): string => clock().format(new Date(iso));

/** `18:42`. */
export const shortTime = (iso: string | number): string => hourMinute().format(new Date(iso));

/** `Sun 22 Nov, 18:42:10`. */
export const fullTime = (iso: string): string => dayAndClock().format(new Date(iso));

/** `22 Nov, 18:42`. */
export const dayAndTime = (ms: number): string => dayAndMinute().format(ms);

/** `Sunday 22 November`. */
export const dayName = (iso: string): string => day().format(new Date(iso));

/** A key that is equal for times on the same day of the viewer. */
export const dayKey = (iso: string | number): string => new Date(iso).toDateString();

/** `98%` for 98. */
export const percentText = (hundredths: number): string => percent().format(hundredths / 100);

export const count = (number: number): string => whole().format(number);

/** `Son and Maddison`. */
export const listText = (items: readonly string[]): string => list().format(items);

/** `4.5s` below a minute, `1:04` from there. */
export function durationText(ms: number): string {
  return ms < 60_000 ? seconds().format(Math.round(ms / 100) / 10) : stopwatch(ms);
}

/** `0:04`, `12:07`, `1:02:03`. */
export function stopwatch(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const pad = (number: number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

/** `1.2 / 4.7` seconds below a minute, `0:12 / 1:04` from there. */
export function played(positionMs: number, durationMs: number): string {
  const text = durationMs < 60_000 ? (ms: number) => tenths().format(ms / 1000) : stopwatch;
  return `${text(positionMs)} / ${text(durationMs)}`;
}

function dates(options: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  return perLocale((tag) => new Intl.DateTimeFormat(tag, options));
}

function numbers(options: Intl.NumberFormatOptions): () => Intl.NumberFormat {
  return perLocale((tag) => new Intl.NumberFormat(tag, options));
}
