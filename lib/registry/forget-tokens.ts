import { tokenKey } from './readers.ts';
import type { TokenPorts } from './tokens.ts';

/**
 * Ends tokens, everywhere. The readers forget them first: as long as the table has a token, whoever was
 * interrupted can ask again, and finishes it.
 */
export async function forgetTokens(
  ids: readonly string[],
  { tokens, readers }: Pick<TokenPorts, 'tokens' | 'readers'>,
): Promise<void> {
  if (ids.length === 0) return;
  const changes = new Map(ids.map((id) => [tokenKey(id), undefined]));
  await readers.update(changes);
  for (const id of ids) await tokens.remove(id);
  // Whoever compared the readers with the table in between has told them of these again.
  await readers.update(changes);
}
