/**
 * An error that an AWS service answers with: `code` as the service names it (`NoSuchKey`, `ValidationException`), the
 * HTTP status and a sentence for people. Protocols turn it into the service's own wire form.
 */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  readonly status: number;
  /** Further members of the error's structure. */
  readonly details: Record<string, unknown>;

  constructor(code: string, message: string, status = 400, details: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/**
 * Thrown by authorization; each protocol gives it the service's own name (`AccessDenied`, `AccessDeniedException`, …).
 */
export class AccessDenied extends AwsError {
  constructor(principal: string, action: string, resource: string) {
    super("AccessDenied", `User: ${principal} is not authorized to perform: ${action} on resource: ${resource}`, 403);
  }
}
