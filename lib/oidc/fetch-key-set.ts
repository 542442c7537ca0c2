import { isJwk, type Jwk } from 'aws-jwt-verify/jwk';
import * as z from 'zod';
import { type IssuerRules, mayBeAsked } from '#registry/issuer-url.ts';
import { RegistryError } from '#registry/registry-error.ts';

/** Until the whole answer is there. */
const TIMEOUT_MS = 3000;

/** GitHub's, the largest of the four, has some 8 KiB. */
const MAX_BYTES = 64 * 1024;

const keySet = z.object({ keys: z.array(z.json()) });

/**
 * The keys that an issuer signs with, by their `kid`; those that are not understood are left out.
 * Source: RFC 7517 section 5.
 * @throws RegistryError `issuer-unavailable`
 */
export async function fetchKeySet(jwksUri: string, rules: IssuerRules): Promise<Map<string, Jwk>> {
  const url = new URL(jwksUri);
  try {
    if (!mayBeAsked(url, rules)) throw new Error('this registry does not ask there');
    const { keys } = keySet.parse(JSON.parse(await fetchText(url)));
    return new Map(keys.filter(isJwk).flatMap((key) => (key.kid === undefined ? [] : [[key.kid, key]])));
  } catch (cause) {
    throw new RegistryError(
      'issuer-unavailable',
      `${url.host} does not show the keys that it signs with, so its tokens cannot be verified now. Try again in some seconds; if it goes on, look at the jwks_uri of the policy.`,
      { cause },
    );
  }
}

/** Follows no redirect: the policy says where the keys are. */
async function fetchText(url: URL): Promise<string> {
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { accept: 'application/json' },
  });
  if (response.status !== 200) throw new Error(`the answer is a ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}
