import { createHash } from 'node:crypto';
import type { Claims } from './trust.ts';

/** Characters; the largest that a header of HTTP API leaves room for, and thrice what CI systems send. */
const MAX_CHARACTERS = 8192;

/** Source: RFC 7515 section 7.1, the compact serialization, with its three parts. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** How far the clocks of issuers and ours may be apart. */
export const SKEW_SECONDS = 60;

/** No job's token lasts as long: GitLab's lasts as long as the job may run. */
const MAX_LIFE_SECONDS = 24 * 60 * 60;

/**
 * Who is said to have signed a token. Nothing of it is verified yet.
 * @returns `undefined` for what is no JSON Web Token
 */
export function unverifiedIssuer(token: string): string | undefined {
  if (token.length > MAX_CHARACTERS || !COMPACT.test(token)) return undefined;
  try {
    const { iss } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof iss === 'string' ? iss : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a token is of this time; one that does not say until when it holds, and since when, is of none. */
export function isTimely({ exp, nbf, iat }: Claims, now: number): boolean {
  if (!isSecond(exp) || !isSecond(iat) || !(nbf === undefined || isSecond(nbf))) return false;
  const begins = Math.max(iat, nbf ?? iat);
  return now < exp + SKEW_SECONDS && now >= begins - SKEW_SECONDS && exp - iat <= MAX_LIFE_SECONDS;
}

const isSecond = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** Source: RFC 7519 section 4.1.3: one audience, or a list of them. */
export const isFor = ({ aud }: Claims, audience: string): boolean =>
  Array.isArray(aud) ? aud.includes(audience) : aud === audience;

/**
 * What a token is remembered by once it was used: its `jti`, which is its issuer's own, else what was signed. The
 * signature is left out, since the same one can be written in several ways.
 */
export function jwtId(token: string, { iss, jti }: Claims): string {
  const signed = token.slice(0, token.lastIndexOf('.'));
  const name = typeof jti === 'string' && jti !== '' ? { iss, jti } : { iss, signed };
  return createHash('sha256').update(JSON.stringify(name)).digest('hex');
}
