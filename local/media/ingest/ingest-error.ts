/** A publisher sends what cannot be used; only its connection ends. The message completes "refused a publisher: ". */
export class IngestError extends Error {
  override readonly name = "IngestError";
  readonly code: "protocol" | "codec";

  constructor(code: IngestError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
