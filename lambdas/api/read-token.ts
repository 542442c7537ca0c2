/** Those of CI systems are some thousands long. */
const MAX_TOKEN_CHARACTERS = 8192;
/** The longest Basic header that can hold such a token with a long user name. */
const MAX_HEADER_CHARACTERS = 12_288;
/** What a decoder puts where bytes are not UTF-8. */
const NOT_UTF8 = '\ufffd';

/**
 * The token in an Authorization header: `Bearer TOKEN`, Gitea's `token TOKEN`, or the password of `Basic`,
 * whatever the user name; without a password, the user name, as Gitea takes it, too.
 * @returns `undefined` without one, and for a header that is neither
 * Source: RFC 6750 section 2.1, RFC 7617.
 */
export function readToken(header: string | undefined): string | undefined {
  if (header === undefined || header.length > MAX_HEADER_CHARACTERS) return undefined;
  const { scheme, credentials } =
    /^(?<scheme>bearer|token|basic) +(?<credentials>[^\s,]+) *$/i.exec(header)?.groups ?? {};
  if (scheme === undefined || credentials === undefined) return undefined;
  const token = scheme.toLowerCase() === 'basic' ? passwordOf(credentials) : credentials;
  return token && token.length <= MAX_TOKEN_CHARACTERS ? token : undefined;
}

/** RFC 7617 leaves the character set open: clients send UTF-8 or Latin-1. */
function passwordOf(credentials: string): string | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(credentials)) return undefined;
  const bytes = Buffer.from(credentials, 'base64');
  const colon = bytes.indexOf(':');
  if (colon < 0) return undefined;
  const password = colon === bytes.length - 1 ? bytes.subarray(0, colon) : bytes.subarray(colon + 1);
  const text = password.toString('utf8');
  return text.includes(NOT_UTF8) ? password.toString('latin1') : text;
}
