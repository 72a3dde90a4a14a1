/** A peer broke the RTMP protocol, or one of our limits: its connection ends, nothing else does. */
export class RtmpError extends Error {
  override readonly name = "RtmpError";
  readonly code: "protocol" | "limit" | "timeout";

  constructor(code: RtmpError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
