/** When a broadcast of this name (`20261122T180000`) began, in milliseconds since the epoch; NaN if it is no name. */
export function broadcastStart(name: string): number {
  return Date.parse(name.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$|.*/s, "$1-$2-$3T$4:$5:$6Z"));
}
