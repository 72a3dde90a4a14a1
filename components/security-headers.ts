import type { ResponseHeadersPolicyArgs } from "@pulumi/aws/cloudfront/index.js";

/**
 * What the page may load: its own origin, and media that hls.js makes in memory (blob:). Nothing inline, nothing from
 * elsewhere.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  // WebSockets of this host too: https://www.w3.org/TR/CSP3/#match-url-to-source-expression
  "connect-src 'self'",
  "media-src 'self' blob:",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** The page takes reference photos with the camera and needs no other device feature. */
const permissions = {
  header: "Permissions-Policy",
  value: "camera=(self), microphone=(), geolocation=()",
  override: true,
};

/** Security headers of every response from the distribution. Browsers honour HSTS only over TLS. */
export const securityHeaders: ResponseHeadersPolicyArgs = {
  comment: "Spotlight",
  securityHeadersConfig: {
    contentSecurityPolicy: { contentSecurityPolicy, override: true },
    contentTypeOptions: { override: true },
    frameOptions: { frameOption: "DENY", override: true },
    referrerPolicy: { referrerPolicy: "same-origin", override: true },
    strictTransportSecurity: { accessControlMaxAgeSec: 63_072_000, includeSubdomains: true, override: true },
  },
  customHeadersConfig: { items: [permissions] },
};

/** The same, and what S3 doesn't say: which form of a file is sent depends on the codings that the viewer accepts. */
export const pageHeaders: ResponseHeadersPolicyArgs = {
  ...securityHeaders,
  comment: "Spotlight's page",
  customHeadersConfig: { items: [permissions, { header: "Vary", value: "Accept-Encoding", override: true }] },
};

/**
 * The same, and an hour in the browser's cache: MediaConvert stores posters without a lifetime, and a page shows the
 * same ones again and again. Not longer, since the header is also on errors. It changes nothing in CloudFront's cache:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/modifying-response-headers.html
 */
export const posterHeaders: ResponseHeadersPolicyArgs = {
  ...securityHeaders,
  comment: "Spotlight's posters",
  customHeadersConfig: {
    items: [permissions, { header: "Cache-Control", value: "public, max-age=3600", override: false }],
  },
};
