import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { supportedSignatureAlgorithms, verifyJwtSync } from 'aws-jwt-verify/jwt-verifier';
import type { IssuerRules } from '#registry/issuer-url.ts';
import type { Clock } from '#registry/ports.ts';
import type { Claims, Issuers, TrustPolicy } from '#registry/trust.ts';
import { fetchKeySet } from './fetch-key-set.ts';
import { KeySets } from './key-sets.ts';

/** Asymmetric ones alone, so that a public key is never taken for a shared secret. */
const ALGORITHMS: readonly unknown[] = supportedSignatureAlgorithms;

/** Keys that a token brings along itself, and extensions that have to be understood. Source: RFC 7515 section 4.1. */
const REFUSED_PARAMETERS = ['jku', 'jwk', 'x5u', 'x5c', 'crit'];

/** Issuers that show their keys over HTTPS. */
export class HttpsIssuers implements Issuers {
  readonly #keySets: KeySets;

  constructor({ clock = Date.now, ...rules }: IssuerRules & { clock?: Clock } = {}) {
    this.#keySets = new KeySets((jwksUri) => fetchKeySet(jwksUri, rules), clock);
  }

  async verify(
    jwt: string,
    { issuer, jwksUri }: Pick<TrustPolicy, 'issuer' | 'jwksUri'>,
  ): Promise<Claims | undefined> {
    const kid = acceptableKid(jwt);
    const key = kid === undefined ? undefined : await this.#keySets.find(jwksUri, kid);
    if (key === undefined) return undefined;
    try {
      // Times and audiences are the registry's to judge, by its own clock: here they always hold.
      return verifyJwtSync(jwt, key, { issuer, audience: null, graceSeconds: Number.POSITIVE_INFINITY });
    } catch {
      // Whatever is wrong with the token, or with the key that it names: it is not verified.
      return undefined;
    }
  }
}

/** Which key a token says it is signed with; `undefined` when no key would do. */
function acceptableKid(jwt: string): string | undefined {
  try {
    const { header } = decomposeUnverifiedJwt(jwt);
    if (REFUSED_PARAMETERS.some((parameter) => parameter in header)) return undefined;
    return ALGORITHMS.includes(header.alg) ? header.kid : undefined;
  } catch {
    return undefined;
  }
}
