import { isIP } from "node:net";
import { hostname } from "node:os";

/**
 * Whether a Host header names this machine: by an address, as localhost, by its own name or one of `names`. Any other
 * name may be of someone who makes it lead here, so that pages of theirs can read what only this machine should (DNS
 * rebinding). What sends no Host is no browser.
 */
export function namesThisMachine(header: string | undefined, names: readonly string[]): boolean {
  if (header === undefined) return true;
  const host = header.replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
  if (isIP(host.replace(/^\[(.*)\]$/, "$1")) !== 0) return true;
  const own = hostname().toLowerCase();
  return host.endsWith(".localhost") || ["localhost", own, `${own}.local`, ...names].includes(host);
}

/** What whoever used another name is told. */
export function misdirected(header: string): string {
  return (
    `This Spotlight doesn't answer to the name ${header.replace(/[^\w.:-]/g, "?").slice(0, 253)}.\n` +
    "Use its address. If the name is meant for it, start it with --name and that name.\n"
  );
}
