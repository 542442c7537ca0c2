import type { describePut } from './describe-upload.ts';

export const CURL_TYPE = 'text/x-curl';

/** An upload as a file for `curl --config`: with `--upload-file` beside it, it sends the package. */
export const curlConfig = ({
  url,
  headers,
  expires_at,
  status_url,
}: ReturnType<typeof describePut>): string =>
  [
    `# Good until ${expires_at}, once: curl --config THIS --upload-file FILE`,
    `# What came of it: curl --oauth2-bearer $TOKEN '${status_url}?wait=20'`,
    `url = ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `header = ${quoted(`${name}: ${value}`)}`),
    '',
  ].join('\n');

/** Source: curl's manual page, "--config". */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
