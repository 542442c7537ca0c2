import { ApkFormatError } from '#apk/apk-format-error.ts';
import { isUnavailable } from '#aws/is-unavailable.ts';
import { redactTokens } from '#registry/redact.ts';
import { RegistryError, type RegistryErrorCode } from '#registry/registry-error.ts';
import { type Refusal, UploadRefused } from '#registry/uploads.ts';
import { RequestError, type RequestErrorCode } from './request-error.ts';

/** The one place that decides statuses; they are Forgejo's and Buildkite's where those have one. */
const STATUS = {
  'bad-owner': 400,
  'reserved-owner': 400,
  'bad-branch': 400,
  'bad-repository': 400,
  'bad-place': 400,
  'too-many-places': 400,
  'bad-key': 400,
  'untrusted-publisher': 403,
  'wrong-key': 400,
  'bad-token-name': 400,
  'bad-rights': 400,
  'bad-expiry': 400,
  'bad-part-size': 400,
  'wrong-size': 400,
  'wrong-sha256': 400,
  'bad-path': 400,
  'bad-query': 400,
  'bad-wait': 400,
  'bad-json': 400,
  'bad-issuer': 400,
  'unbound-policy': 400,
  'bad-exchange': 400,
  'bad-package-url': 400,
  'body-cut-off': 400,
  'not-multipart': 400,
  'bad-multipart': 400,
  'file-part-missing': 400,
  'file-part-repeated': 400,
  unauthorized: 401,
  'token-used': 401,
  forbidden: 403,
  'not-trusted': 403,
  'other-site': 403,
  'not-found': 404,
  'no-such-path': 404,
  'method-not-allowed': 405,
  'already-published': 409,
  'being-published': 409,
  'being-deleted': 409,
  'claim-lost': 409,
  'parts-missing': 409,
  'upload-changed': 409,
  'upload-expired': 410,
  'upload-unfinished': 503,
  'too-large': 413,
  'index-contended': 503,
  'issuer-unavailable': 503,
} as const satisfies Record<RegistryErrorCode | RequestErrorCode, number>;

const TITLE = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** Seconds after which the same request may succeed. */
const RETRY_AFTER: Partial<Record<string, number>> = {
  'being-published': 60,
  'being-deleted': 15,
  'claim-lost': 1,
  'index-contended': 5,
  'upload-unfinished': 5,
  'issuer-unavailable': 10,
  unavailable: 5,
};

/** What no client caused, and whoever runs the registry must know of. */
export const isOurs = ({ code }: Problem): boolean => code === 'internal-error' || code === 'unavailable';

/** RFC 9457; `about:blank` since `code` names the problem. */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: keyof typeof TITLE;
  /** What is wrong with what, and what to do. */
  detail: string;
  code: string;
  /** Of `already-published`: what is there has the same bytes. */
  identical?: true;
  /** What to paste instead, if there is something. */
  commands?: readonly string[];
}

export interface ProblemAnswer {
  problem: Problem;
  headers: Record<string, string>;
}

/** What the client is told of an error; nothing of one that it did not cause. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof ApkFormatError) return answer(400, error.code, `${error.message} ${error.mend}`);
  if (error instanceof UploadRefused) return answerRefusal(error.refusal);
  if (error instanceof RegistryError || error instanceof RequestError) {
    const { allow, commands } = error instanceof RequestError ? error : {};
    const identical = error instanceof RegistryError && error.identical;
    return answer(STATUS[error.code], error.code, error.message, { allow, commands, identical });
  }
  if (isUnavailable(error)) {
    return answer(
      503,
      'unavailable',
      'What the registry keeps its packages in is busy, or does not answer; nothing is wrong with the request. Send it again in some seconds: what was done already is not done twice.',
    );
  }
  return answer(
    500,
    'internal-error',
    'The registry failed; nothing is wrong with the request. Send it again: a publish that was stored answers 409.',
  );
}

/** What the client is told of an upload that was refused: as of a direct publish. */
export const problemOfRefusal = (refusal: Refusal): Problem => answerRefusal(refusal).problem;

const answerRefusal = ({ code, message, identical }: Refusal): ProblemAnswer =>
  answer(code in STATUS ? STATUS[code as keyof typeof STATUS] : 400, code, message, { identical });

interface Extras {
  allow?: string | undefined;
  commands?: readonly string[] | undefined;
  identical?: boolean | undefined;
}

function answer(
  status: keyof typeof TITLE,
  code: string,
  detail: string,
  { allow, commands, identical }: Extras = {},
): ProblemAnswer {
  const retryAfter = RETRY_AFTER[code];
  return {
    problem: {
      type: 'about:blank',
      title: TITLE[status],
      status,
      detail: redactTokens(detail),
      code,
      ...(commands && { commands }),
      ...(identical && { identical }),
    },
    headers: {
      'Content-Type': 'application/problem+json',
      ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="Alpenglow"' }),
      ...(allow !== undefined && { Allow: allow }),
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    },
  };
}
