const units: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** The bytes of `500MB`, `1.5 GB` or `0`; undefined for anything else. */
export function bytesOf(text: string): number | undefined {
  if (text === "0") return 0;
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([MGT]B)$/i.exec(text) ?? [];
  const one = units[unit.toUpperCase()];
  return one === undefined ? undefined : Math.round(Number(number) * one);
}
