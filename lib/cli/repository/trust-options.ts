import { UsageError } from '../command.ts';
import { type PublicKeys, readKeys } from './read-keys.ts';

/** The options that say whose indexes are trusted. */
export const TRUST_OPTIONS = {
  keys: { type: 'string', multiple: true },
  'allow-untrusted': { type: 'boolean' },
} as const;

export interface TrustFlags {
  keys?: string[] | undefined;
  'allow-untrusted'?: boolean | undefined;
}

/** Whose signature an index needs. */
export interface Trust {
  keys: PublicKeys;
  /** Whether one without such a signature is used nevertheless. */
  allowUntrusted: boolean;
}

/** @returns `undefined` where nothing is said; @throws UsageError */
export async function readTrust({
  keys,
  'allow-untrusted': allowed = false,
}: TrustFlags): Promise<Trust | undefined> {
  if (keys === undefined && !allowed) return undefined;
  return { keys: await readKeys(keys ?? []), allowUntrusted: allowed };
}

export const noKeys = (name: string, cause?: unknown) =>
  new UsageError(
    `No keys for ${name}: say --keys with the public keys that are trusted, *.rsa.pub or a folder of them such as /etc/apk/keys; or --allow-untrusted.`,
    { cause },
  );
