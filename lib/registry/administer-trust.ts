import { randomUUID } from 'node:crypto';
import { administers, type Principal, requireToGive } from './authorize.ts';
import { checkBound } from './binding-claims.ts';
import { checkIssuer, type IssuerRules } from './issuer-url.ts';
import type { Clock } from './ports.ts';
import { RegistryError } from './registry-error.ts';
import { secondOf } from './second-of.ts';
import { checkTokenName, readGrants } from './token-terms.ts';
import type { TrustPolicies, TrustPolicy } from './trust.ts';

/** A policy as somebody asks for it, its places as they were written. */
export type NewPolicy = Omit<TrustPolicy, 'id' | 'createdBy' | 'createdAt'>;

export interface TrustPorts extends IssuerRules {
  policies: TrustPolicies;
  clock: Clock;
}

/**
 * Makes a policy that gives no more than its maker has.
 * @throws RegistryError `bad-token-name`, `bad-rights`, `bad-issuer`, `unbound-policy`, those of a place that is
 * none, and `forbidden` for what the maker may not give
 */
export async function addTrust(asked: NewPolicy, maker: Principal, ports: TrustPorts): Promise<TrustPolicy> {
  const grants = readGrants(asked.grants);
  const name = checkTokenName(asked.name);
  checkIssuer(asked.issuer, asked.jwksUri, ports);
  checkBound(asked);
  for (const grant of grants) requireToGive(maker, grant);
  const createdAt = secondOf(ports.clock);
  const policy = { ...asked, name, grants, id: randomUUID(), createdBy: maker.name, createdAt };
  await ports.policies.add(policy);
  return policy;
}

/** The policies whose every place somebody administers, the newest first. */
export async function listTrust(
  principal: Principal,
  { policies }: Pick<TrustPorts, 'policies'>,
): Promise<TrustPolicy[]> {
  const all = await policies.list();
  return all
    .filter((policy) => administers(principal, policy.grants))
    .sort((one, other) => other.createdAt - one.createdAt);
}

/**
 * Ends a policy. Tokens that were made in exchange last until their own end.
 * @returns what it was
 * @throws RegistryError `not-found`, the same for one that is not there and for one that others administer
 */
export async function removeTrust(
  id: string,
  principal: Principal,
  ports: Pick<TrustPorts, 'policies'>,
): Promise<TrustPolicy> {
  const administered = await listTrust(principal, ports);
  const policy = administered.find((each) => each.id === id);
  if (policy === undefined) {
    throw new RegistryError('not-found', 'You administer no policy of that id. GET /api/trust lists them.');
  }
  await ports.policies.remove(id);
  return policy;
}
