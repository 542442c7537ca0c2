/** As S3's headers have it. */
export const toBase64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

/**
 * The SHA-256 of a whole object in hex; what was stored in parts has a checksum of their checksums, with their number
 * behind a hyphen. Source: Amazon S3 User Guide, "Checking object integrity".
 */
export const wholeSha256 = (base64: string | undefined): string | undefined =>
  base64 === undefined || base64.includes('-') ? undefined : Buffer.from(base64, 'base64').toString('hex');
