import { createPublicKey, type KeyObject } from 'node:crypto';
import { quote } from '#apk/apk-format-error.ts';
import type { PackageReport } from '#apk/package.ts';
import { findSigner } from '#apk/package-signer.ts';
import { fingerprintOf } from '#apk/public-key.ts';
import type { RepositoryName } from './ports.ts';
import { RegistryError } from './registry-error.ts';

/** Whose packages a repository takes. */
export interface TrustedPublishers {
  /**
   * Public keys, PEM, of which one must have signed what is published in a repository; none, and a package
   * needs no signature.
   */
  keysOf(repository: RepositoryName): Promise<readonly string[]>;
  setKeys(repository: RepositoryName, keys: readonly string[]): Promise<void>;
}

export const MAX_PUBLISHER_KEYS = 10;

/** Below, signatures are forged for money; above, each takes long to check. */
const MIN_BITS = 2048;
const MAX_BITS = 8192;

/** With 1, anybody signs; small ones forgive a careless padding. Source: NIST SP 800-56B rev. 2, section 6.2. */
const MIN_EXPONENT = 65537n;

/**
 * RSA public keys in one spelling, each once.
 * @throws RegistryError `bad-key`
 */
export function parsePublisherKeys(pems: readonly string[]): string[] {
  if (pems.length > MAX_PUBLISHER_KEYS) {
    throw new RegistryError('bad-key', `A repository trusts ${MAX_PUBLISHER_KEYS} keys at most.`);
  }
  return [...new Set(pems.map(parseKey))];
}

function parseKey(pem: string): string {
  const key = readKey(pem);
  const { modulusLength: bits = 0, publicExponent = 0n } = key?.asymmetricKeyDetails ?? {};
  const isSound = bits >= MIN_BITS && bits <= MAX_BITS && publicExponent >= MIN_EXPONENT;
  if (key?.asymmetricKeyType !== 'rsa' || !isSound) {
    throw new RegistryError(
      'bad-key',
      `${quote(pem)} is no RSA public key of ${MIN_BITS} to ${MAX_BITS} bits and an exponent of ${MIN_EXPONENT} or more in PEM: send what is in the publisher's .rsa.pub file, "-----BEGIN PUBLIC KEY-----" and all.`,
    );
  }
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** A private key would be taken for its public half; whoever sends one has lost it, and should be told. */
function readKey(pem: string): KeyObject | undefined {
  if (!pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) return undefined;
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}

/**
 * Refuses a package that none of a repository's publishers has signed, if it has any.
 * @throws RegistryError `untrusted-publisher` that tells which keys are trusted, and which one it had
 */
export async function requireTrustedPublisher(
  repository: RepositoryName,
  report: Pick<PackageReport, 'signatures' | 'control'>,
  publishers: TrustedPublishers,
): Promise<void> {
  const keys = await publishers.keysOf(repository);
  if (keys.length === 0 || findSigner(report, keys) !== undefined) return;
  const { owner, branch, repository: name } = repository;
  throw new RegistryError(
    'untrusted-publisher',
    `${owner}/${branch}/${name} takes packages signed by ${keys.map(shortName).join(' or ')}; this one ${describeSignatures(report)}. Sign it with abuild-sign and one of those keys, or have an administrator add its key.`,
  );
}

const shortName = (key: string) => `the key ${fingerprintOf(key).slice(0, 16)}`;

function describeSignatures({ signatures }: Pick<PackageReport, 'signatures'>): string {
  if (signatures.length === 0) return 'has no signature';
  const names = signatures.map(({ algorithm, keyFileName }) => `${quote(keyFileName)} (${algorithm})`);
  return `is signed as ${names.join(' and ')}, which is none of them`;
}
