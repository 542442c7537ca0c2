import { gzip as deflate } from 'pako';

/**
 * One gzip member, the same bytes for the same input on every machine: pako has one deflate where
 * Node's zlib differs by release and processor, and the header carries no time and no name.
 */
export const gzip = (bytes: Uint8Array): Uint8Array => deflate(bytes, { level: 6 });
