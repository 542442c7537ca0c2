import { createHash } from 'node:crypto';
import type { ReaderLookup } from '#lambdas/edge/read-access.ts';
import type { KeyValueStore } from './key-value-store.ts';

/** What CloudFront's runtime gives to the viewer function; on one machine, a change is seen at once. */
export const viewerLookup = (store: Pick<KeyValueStore, 'pairs'>): ReaderLookup => ({
  get: async (key) => store.pairs.get(key),
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  now: Date.now,
});
