import { randomBytes } from "node:crypto";

/** A new id in CloudFront's format: `E` and 13 upper-case letters and digits. */
export function cloudFrontId(): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return `E${[...randomBytes(13)].map((byte) => alphabet[byte % alphabet.length]!).join("")}`;
}
