import type { ViewerResponse } from './viewer-event.ts';

/** An answer as the API gives it (RFC 9457). */
const problem = (
  statusCode: number,
  title: string,
  code: string,
  detail: string,
  challenge?: string,
  commands?: string[],
): ViewerResponse => {
  const headers: ViewerResponse['headers'] = {
    'content-type': { value: 'application/problem+json' },
    'cache-control': { value: 'no-store' },
    'x-content-type-options': { value: 'nosniff' },
  };
  if (challenge !== undefined) headers['www-authenticate'] = { value: challenge };
  return {
    statusCode: statusCode,
    statusDescription: title,
    headers: headers,
    body: JSON.stringify(
      {
        type: 'about:blank',
        title: title,
        status: statusCode,
        detail: detail,
        code: code,
        commands: commands,
      },
      undefined,
      commands === undefined ? 0 : 1,
    ),
  };
};

/** The largest package file that the API takes, in bytes. */
export const MAX_UPLOAD = 4613734;

/** @param repository where packages are PUT, as a URL; `undefined` when that is not known */
export const tooLarge = (repository: string | undefined): ViewerResponse =>
  problem(
    413,
    'Content Too Large',
    'too-large',
    `The upload is larger than ${MAX_UPLOAD} bytes, the most that one request carries here. Send it with these commands, its name in place of FILE, or with alpenglow publish.`,
    undefined,
    repository === undefined ? undefined : uploadCommands(repository),
  );

/** As the API gives them. */
const uploadCommands = (repository: string): string[] => [
  `curl --fail-with-body --oauth2-bearer $TOKEN -H Accept:text/x-curl -d size=$(($(wc -c <FILE))) -d sha256=$(sha256sum FILE | cut -c1-64) -o FILE.curl ${repository}/uploads`,
  'curl --fail-with-body -K FILE.curl -T FILE',
];

export const notFound = problem(
  404,
  'Not Found',
  'no-such-path',
  'No file has such a path. Paths are /{owner}/{branch}/{repository}/{arch}/{file}, without // or /../ in them.',
);

/** The same for no token and for one that is wrong, unknown, revoked or has ended. */
export const unauthorized = problem(
  401,
  'Unauthorized',
  'unauthorized',
  'This needs a token that is known here and may read: in /etc/apk/repositories write https://user:TOKEN@HOST/…, with curl --user user:TOKEN.',
  'Basic realm="Alpenglow"',
);

/** The same for what exists and what does not. */
export const forbidden = problem(
  403,
  'Forbidden',
  'forbidden',
  'The token has no right to read here, whether there is something or not. Ask for one that has.',
);
