import { UnreachableError } from '../connection/refusal.ts';
import { ownerOf, parseRegistryAddress } from '../connection/registry-address.ts';
import { RegistryClient } from '../connection/registry-client.ts';
import type { HttpRepository } from './http-repository.ts';
import type { PublicKeys } from './read-keys.ts';
import { noKeys } from './trust-options.ts';

/**
 * The keys that a registry of ours says it signs with, as a new client is given them.
 * @throws UsageError where it gives none; UnreachableError
 */
export async function fetchKeys({ name, destination }: HttpRepository): Promise<PublicKeys> {
  try {
    const { repository = '' } = parseRegistryAddress(name);
    const client = new RegistryClient(destination);
    const keys = new Map<string, string>();
    for (const { file } of await client.keys()) {
      const body = await client.file(`/${ownerOf(repository)}/${encodeURIComponent(file)}`);
      if (body !== undefined) keys.set(file, body.toString());
    }
    if (keys.size > 0) return keys;
  } catch (error) {
    if (error instanceof UnreachableError) throw error;
    throw noKeys(name, error);
  }
  throw noKeys(name);
}
