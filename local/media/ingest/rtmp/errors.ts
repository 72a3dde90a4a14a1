/** A peer violated the RTMP protocol or a limit; only its connection ends. */
export class RtmpError extends Error {
  override readonly name = "RtmpError";
  readonly code: "protocol" | "limit" | "timeout";

  constructor(code: RtmpError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
