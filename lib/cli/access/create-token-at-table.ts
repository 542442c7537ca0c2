import { type TokenTable, tokenAdapters } from '#aws/token-adapters.ts';
import { createFirstToken } from '#registry/create-token.ts';
import { RegistryError } from '#registry/registry-error.ts';
import type { TokenRequest } from '#registry/token-terms.ts';
import type { MadeToken } from './made-token.ts';

/**
 * Makes a token with AWS credentials instead of another token: the first one.
 * @throws RegistryError for what no token may be; Error that names the table, when it cannot be written
 */
export async function createTokenAtTable(request: TokenRequest, where: TokenTable): Promise<MadeToken> {
  const ports = { ...tokenAdapters(where), clock: Date.now };
  const { token, stored } = await createFirstToken(request, ports).catch((error) => explain(error, where));
  const { id, name, grants, expiresAt } = stored;
  const expires_at = expiresAt === undefined ? null : new Date(expiresAt * 1000).toISOString();
  const rights = grants.map(({ allow, on }) => ({ allow: [...allow], on }));
  return { id, token, name, rights, expires_at };
}

function explain(error: Error, { table }: TokenTable): never {
  if (error instanceof RegistryError) throw error;
  throw new Error(
    `The token could not be written to the table ${table}, or to the readers: ${error.message}`,
    {
      cause: error,
    },
  );
}
