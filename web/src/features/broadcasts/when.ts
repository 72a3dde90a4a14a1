import { perLocale } from "../../messages/locale.ts";

const clock = { hour: "2-digit", minute: "2-digit" } as const;
const shortDay = { weekday: "short", day: "numeric", month: "short" } as const;
const longDay = { weekday: "long", day: "numeric", month: "long" } as const;
const [short, shortOfYear] = [inYear({ ...shortDay, ...clock }), inYear({ ...shortDay, year: "numeric", ...clock })];
const [long, longOfYear] = [inYear(longDay), inYear({ ...longDay, year: "numeric" })];
const range = inYear(clock);
const relative = perLocale((tag) => new Intl.RelativeTimeFormat(tag, { numeric: "auto" }));

/** `Sun 22 Nov, 18:00`, with the year unless it is this one. */
export function dayWithTime(ms: number): string {
  return (isThisYear(ms) ? short : shortOfYear)().format(ms);
}

/** `Today`, `Yesterday`, or the day's name and date. */
export function dayTitle(ms: number): string {
  const days = Math.round((midnight(Date.now()) - midnight(ms)) / 86_400_000);
  if (days !== 0 && days !== 1) return (isThisYear(ms) ? long : longOfYear)().format(ms);
  const text = relative().format(-days, "day");
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** `18:00–19:53`. */
export function timesOf(startMs: number, endMs: number): string {
  return range().formatRange(startMs, endMs);
}

function inYear(options: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  return perLocale((tag) => new Intl.DateTimeFormat(tag, options));
}

function isThisYear(ms: number): boolean {
  return new Date(ms).getFullYear() === new Date().getFullYear();
}

function midnight(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
