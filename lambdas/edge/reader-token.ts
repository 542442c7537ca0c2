const MAX_HEADER_CHARACTERS = 4096;

/**
 * The token in an Authorization header, read as lambdas/api/read-token.ts does. This runtime's Buffer knows no
 * Latin-1, and needs none: whatever the user name is, tokens that may read are ASCII.
 * @returns `undefined` without one
 */
export function readToken(header: string | undefined): string | undefined {
  if (header === undefined || header.length > MAX_HEADER_CHARACTERS) return undefined;
  const parts = /^(bearer|token|basic) +([^\s,]+) *$/i.exec(header);
  if (parts === null) return undefined;
  const credentials = parts[2] as string;
  const token = /^basic$/i.test(parts[1] as string) ? passwordOf(credentials) : credentials;
  return token === '' ? undefined : token;
}

/** The password of Basic, or without one, the user name. The colon is looked for in bytes: names may be in any charset. */
function passwordOf(credentials: string): string | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(credentials)) return undefined;
  const bytes = Buffer.from(credentials.replace(/-/g, '+').replace(/_/g, '/'), 'base64');
  let colon = 0;
  while (colon < bytes.length && bytes[colon] !== COLON) colon++;
  if (colon === bytes.length) return undefined;
  const isLast = colon === bytes.length - 1;
  return (isLast ? bytes.subarray(0, colon) : bytes.subarray(colon + 1)).toString('utf8');
}

const COLON = 0x3a;

/** Under which id a token is known: its own, or for one that was chosen by hand, that of the first. */
export function tokenId(token: string): string {
  const parts = /^alp_([a-z0-9]{16})_[A-Za-z0-9_-]{43}$/.exec(token);
  return parts === null ? 'bootstrap' : (parts[1] as string);
}
