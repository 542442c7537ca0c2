import type { Credentials, Principal } from './authorize.ts';
import { misfits } from './claim-conditions.ts';
import { groupBy } from './group-by.ts';
import { isFor, isTimely, jwtId, SKEW_SECONDS, unverifiedIssuer } from './jwt.ts';
import type { Clock } from './ports.ts';
import { RegistryError } from './registry-error.ts';
import { secondOf } from './second-of.ts';
import type { Claims, Issuers, TrustPolicies, TrustPolicy, UsedJwts } from './trust.ts';

/** Somebody whom an issuer speaks for, and policies trust. */
export interface TrustedPrincipal extends Principal {
  /** Those that trust it: its grants are theirs together. */
  policies: readonly Pick<TrustPolicy, 'grants' | 'maxLifeSeconds'>[];
}

export interface OidcPorts {
  policies: TrustPolicies;
  issuers: Issuers;
  usedJwts: UsedJwts;
  clock: Clock;
}

/**
 * The JSON Web Tokens of CI systems, each of which is good for one request.
 * @throws RegistryError `not-trusted`, `token-used`, `issuer-unavailable`; what cannot be verified is just not known
 */
export const oidcCredentials = (ports: OidcPorts): Credentials<TrustedPrincipal> => ({
  async find(token) {
    const issuer = unverifiedIssuer(token);
    if (issuer === undefined) return undefined;
    const verified = await verify(token, await ports.policies.ofIssuer(issuer), ports.issuers);
    const now = secondOf(ports.clock);
    if (verified === undefined || !isTimely(verified.claims, now)) return undefined;
    const { claims } = verified;
    const addressed = verified.policies.filter(({ audience }) => isFor(claims, audience));
    if (addressed.length === 0) return undefined;
    const trusting = policiesThatFit(addressed, claims);
    await useUp(token, claims, now, ports.usedJwts);
    const maxLifeSeconds = Math.min(...trusting.map((policy) => policy.maxLifeSeconds));
    return {
      name: nameOf(issuer, claims),
      grants: trusting.flatMap(({ grants }) => grants),
      // What it makes, too, ends no later than what it would get in exchange.
      expiresAt: Math.min(Number(claims.exp), now + maxLifeSeconds),
      policies: trusting,
    };
  },
});

interface Verified {
  claims: Claims;
  /** Those at whose `jwksUri` the key is: a policy vouches for no other one's keys. */
  policies: TrustPolicy[];
}

/** A key set that cannot be had is a reason to ask again only where no other one has the key. */
async function verify(
  token: string,
  policies: readonly TrustPolicy[],
  issuers: Issuers,
): Promise<Verified | undefined> {
  const asked = await Promise.allSettled(
    Array.from(groupBy(policies, ({ jwksUri }) => jwksUri).values(), async (group) => {
      const [policy] = group;
      const claims = policy && (await issuers.verify(token, policy));
      return claims && { claims, policies: group };
    }),
  );
  const verified = asked.flatMap((each) => (each.status === 'fulfilled' && each.value ? [each.value] : []));
  const [first] = verified;
  if (first !== undefined) {
    return { claims: first.claims, policies: verified.flatMap((each) => each.policies) };
  }
  for (const each of asked) if (each.status === 'rejected') throw each.reason;
  return undefined;
}

/**
 * The values that the policies ask for are not told: they may be another repository's.
 * @throws RegistryError `not-trusted`
 */
function policiesThatFit(policies: readonly TrustPolicy[], claims: Claims): TrustPolicy[] {
  const judged = policies.map((policy) => ({ policy, unfit: misfits(policy.conditions, claims) }));
  const fitting = judged.filter(({ unfit }) => unfit.length === 0);
  if (fitting.length > 0) return fitting.map(({ policy }) => policy);
  const [closest] = judged.sort((a, b) => a.unfit.length - b.unfit.length);
  throw new RegistryError(
    'not-trusted',
    `The token is genuine, but no policy trusts it. Of the closest one (${closest?.policy.id}), these claims do not fit: ${closest?.unfit.join(', ')}. Compare them with GET /api/trust, as one who administers the place.`,
  );
}

/** @throws RegistryError `token-used` */
async function useUp(token: string, claims: Claims, now: number, usedJwts: UsedJwts): Promise<void> {
  if (await usedJwts.claim(jwtId(token, claims), Number(claims.exp) + SKEW_SECONDS, now)) return;
  throw new RegistryError(
    'token-used',
    'This token was used before, and a token of a CI system is good for one request. Have the CI system make another one; for several requests, exchange it for a token that can be used again: POST /api/token-exchange.',
  );
}

const MAX_NAME_CHARACTERS = 200;

/** Subjects have branch names in them, which anybody chooses who may push. */
function nameOf(issuer: string, { sub }: Claims): string {
  const subject = typeof sub === 'string' ? sub : '';
  const name = `oidc:${new URL(issuer).host}:${subject.replace(UNSEEN, escaped)}`;
  return [...name].slice(0, MAX_NAME_CHARACTERS).join('');
}

/** Control characters, halves of characters, and those that turn or hide text. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}]/gu;

const escaped = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;
