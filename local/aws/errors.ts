/**
 * An error response of an AWS service: the service's `code` (`NoSuchKey`, `ValidationException`), the HTTP status and a
 * readable message. Each protocol writes it in the service's wire format.
 */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  readonly status: number;
  /** Additional members of the error. */
  readonly details: Record<string, unknown>;

  constructor(code: string, message: string, status = 400, details: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/**
 * 503 of any service, which SDKs try again: the disk is full. AWS's disks never are.
 */
export class DiskFull extends AwsError {
  constructor(cause: unknown) {
    super("ServiceUnavailable", "The disk of the data folder is full. Nothing was stored: free some space.", 503);
    this.cause = cause;
  }
}

/**
 * Thrown by authorization; each protocol uses its service's own name (`AccessDenied`, `AccessDeniedException`, …).
 */
export class AccessDenied extends AwsError {
  constructor(principal: string, action: string, resource: string) {
    super("AccessDenied", `User: ${principal} is not authorized to perform: ${action} on resource: ${resource}`, 403);
  }
}
