import { createHash } from 'node:crypto';

/**
 * The same UUID for the same name, always: what Buildkite draws at random, this registry derives, so
 * that it need not be stored. Source: RFC 9562 section 5.8, version 8.
 */
export function stableUuid(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
