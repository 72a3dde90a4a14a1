import Hls, { type HlsConfig } from "hls.js";
import worker from "hls.js/dist/hls.worker.js?url";

/** Whether hls.js can play here; else the browser plays HLS itself (older iPhones). */
export const hlsWorks = (): boolean => Hls.isSupported();

/** An hls.js that transmuxes in a worker served by the page itself, as its content security policy asks. */
export function createHls(config: Partial<HlsConfig> = {}): Hls {
  return new Hls({ workerPath: worker, backBufferLength: 30, ...config });
}
