/** Whether `text` is an IPv4 range in CIDR notation without host bits, as MediaLive asks of a security group's rule. */
export function isIpv4Range(text: string): boolean {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null || match.slice(1).some((part) => part.length > 1 && part.startsWith("0"))) return false;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || bits > 32) return false;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return address % 2 ** (32 - bits) === 0;
}

/** Whether it is a range of RFC 1918 that a VPC can have as subnets: /16 to /26. */
export function isPrivateRange(text: string): boolean {
  const bits = Number(text.slice(text.indexOf("/") + 1));
  return isIpv4Range(text) && /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(text) && bits >= 16 && bits <= 26;
}
