import type { Cloud, Packager, ServiceModule } from "../cloud.ts";
import { MediaPackage } from "./media-package.ts";
import { mediaPackageProviders } from "./resources.ts";

/**
 * AWS Elemental MediaPackage v2: packages live channels as HLS (with low-latency parts) and DASH, for the distribution.
 */
export function createMediaPackage(cloud: Cloud): ServiceModule & Packager {
  const packager = new MediaPackage(cloud);
  return {
    resources: mediaPackageProviders(packager),
    ingest: (principal, ingestUrl) => packager.ingest(principal, ingestUrl),
    stop: () => packager.close(),
  };
}
