/** What the SDK adds to errors of services, and of the way to them. Source: @smithy/types, SdkError. */
interface ServiceError extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number; attempts?: number };
}

const THROTTLED =
  /^(?:Throttling|Throttled|SlowDown|TooManyRequests|RequestThrottled|RequestLimitExceeded|ProvisionedThroughputExceeded)/;
const UNREACHED = /^(?:ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/;

/**
 * Whether a service of AWS has not done what it was asked, but may the next time: it has too much to do, failed itself,
 * or was not reached. The SDK has tried again by then, if it had tries left.
 * Source: AWS SDKs and Tools Reference Guide, "Retry behavior".
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, code = '', cause, $metadata } = error as ServiceError;
  if ($metadata === undefined) return isUnavailable(cause);
  const { httpStatusCode = 0, attempts = 1 } = $metadata;
  const isBusy = THROTTLED.test(name) || httpStatusCode === 429;
  return isBusy || httpStatusCode >= 500 || attempts > 1 || UNREACHED.test(code) || name === 'TimeoutError';
}
