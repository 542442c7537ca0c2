import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeToken } from '#registry/token-text.ts';
import { writeFileAtomically } from './atomic-file.ts';

/** The token of a data folder, made the first time and readable by its owner alone. */
export async function keptToken(folder: string): Promise<string> {
  const path = join(folder, 'token');
  const kept = await readFile(path, 'utf8').catch(absent);
  if (kept !== undefined) return kept.trim();
  const { token } = makeToken();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFileAtomically(path, `${token}\n`, 0o600);
  return token;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
