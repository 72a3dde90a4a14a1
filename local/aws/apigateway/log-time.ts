const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A time as API Gateway's events and logs write it, `12/Mar/2020:19:03:58 +0000`. */
export function logTime(at: Date): string {
  const [day = "", time = ""] = at.toISOString().split("T");
  const [year = "", month = "", date = ""] = day.split("-");
  return `${date}/${months[Number(month) - 1] ?? ""}/${year}:${time.slice(0, 8)} +0000`;
}
