/** What can be wrong with a request to the catalogue. */
export type CatalogueErrorCode =
  | "not-found"
  | "name-taken"
  | "same-person"
  | "invalid-cursor"
  | "undo-not-found"
  | "undo-expired"
  | "undo-outdated"
  | "busy";

/** An error of the catalogue that its caller can answer for: a stable code and one sentence. */
export class CatalogueError extends Error {
  override readonly name = "CatalogueError";
  readonly code: CatalogueErrorCode;

  constructor(code: CatalogueErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
