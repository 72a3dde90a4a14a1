import Hls, { type HlsConfig } from "hls.js";
import worker from "hls.js/dist/hls.worker.js?url";

// All of hls.js, although nothing here has captions: without them, there is only a build that also lacks renditions of
// the sound alone, which MediaPackage makes of CMAF.

/** Whether hls.js can play here; otherwise the browser plays HLS natively (older iPhones). */
export const hlsWorks = (): boolean => Hls.isSupported();

/**
 * An hls.js that transmuxes in a worker from the page's origin, as the content security policy requires, and makes no
 * text track of a reel's date ranges, whose empty `data:` file the policy refuses.
 */
export function createHls(config: Partial<HlsConfig> = {}): Hls {
  return new Hls({ workerPath: worker, backBufferLength: 30, enableDateRangeMetadataCues: false, ...config });
}
