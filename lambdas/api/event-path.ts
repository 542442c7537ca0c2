/**
 * The path in an HTTP API's event, fit for a URL. HTTP APIs decode it, against its name `rawPath`, and a
 * decoded `?`, `#`, backslash or line end would make a URL of another path. What a URL's path may hold
 * stays, so a path that comes encoded is not encoded twice.
 */
export const encodeEventPath = (path: string): string =>
  path.replace(/%(?![0-9A-Fa-f]{2})/g, '%25').replace(/[^A-Za-z0-9/%._~!$&'()*+,;=:@-]/gu, percentEncode);

const percentEncode = (character: string) => Buffer.from(character).toString('hex').replace(/../g, '%$&');
